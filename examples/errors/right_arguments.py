"""Create a task with a name."""

import asyncio


async def work():
    return 42


async def main():
    coro = work()
    task = asyncio.create_task(coro, name="fetch")
    print(task.get_name(), await task)


asyncio.run(main())
