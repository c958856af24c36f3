"""Use a task group inside its block."""

import asyncio


async def work():
    return 42


async def main():
    group = asyncio.TaskGroup()
    async with group:
        task = group.create_task(work())
    print(task.result())


asyncio.run(main())
