"""Create a task with loop.create_task()."""

import asyncio


async def task_coroutine():
    print("executing the task")
    # Suspend this task for a second.
    await asyncio.sleep(1)


async def main():
    print("main coroutine started")
    # Get the loop, then create with it.
    loop = asyncio.get_running_loop()
    task = loop.create_task(task_coroutine())
    # Suspend main() until it is done.
    await task
    print("main coroutine done")


asyncio.run(main())
