"""Enter a task group with the wrong kind of with."""

import asyncio


async def work():
    return 42


async def main():
    try:
        with asyncio.TaskGroup() as group:
            task = group.create_task(work())
        print(task.result())
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
