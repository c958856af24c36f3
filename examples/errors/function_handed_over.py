"""Try to create a task from a coroutine function."""

import asyncio


async def work():
    return 42


async def main():
    try:
        task = asyncio.create_task(work)
        print(await task)
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
