"""Create a task and wait for it."""

import asyncio


async def task_coroutine():
    print("executing the task")
    # Suspend this task for a second.
    await asyncio.sleep(1)


async def main():
    print("main coroutine started")
    # Wrap a coroutine and schedule it.
    task = asyncio.create_task(task_coroutine())
    # Suspend main() until it is done.
    await task
    print("main coroutine done")


asyncio.run(main())
