"""Await something that was made for asyncio."""

import asyncio


class Wait:
    def __await__(self):
        yield from asyncio.sleep(0.05).__await__()


async def main():
    try:
        await Wait()
        print("main: goes on")
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
