"""Await something that was not made for asyncio."""

import asyncio


class Wait:
    def __await__(self):
        yield 0.05


async def main():
    try:
        await Wait()
        print("main: goes on")
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
