"""Create the task from a coroutine function."""

import asyncio


async def task_coroutine():
    print("executing the task")
    await asyncio.sleep(0.1)


async def main():
    print("main coroutine started")
    # This hands over a coroutine object.
    task = asyncio.create_task(task_coroutine())
    await task
    print("main coroutine done")


asyncio.run(main())
