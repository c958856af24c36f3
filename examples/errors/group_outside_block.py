"""Use a task group before and after its block."""

import asyncio


async def work():
    return 42


async def main():
    group = asyncio.TaskGroup()
    coro = work()
    try:
        group.create_task(coro)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    async with group:
        pass
    try:
        group.create_task(coro)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    coro.close()


asyncio.run(main())
