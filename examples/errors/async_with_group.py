"""Enter a task group with async with."""

import asyncio


async def work():
    return 42


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(work())
        print(task.result())
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
