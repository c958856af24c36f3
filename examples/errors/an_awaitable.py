"""Make a Task from an awaitable."""

import asyncio


async def work():
    return 42


async def main():
    try:
        print(await asyncio.ensure_future(work()))
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
