"""Create twenty tasks, and wait for the last one only."""

import asyncio


async def task_coroutine(number):
    print(f">executing the task {number}")
    # Suspend this task; the others run.
    await asyncio.sleep(1)


async def main():
    print("main coroutine started")
    # One coroutine object for each task.
    tasks = [asyncio.create_task(task_coroutine(i)) for i in range(20)]
    # Wait for one of them.
    await tasks[-1]
    print("main coroutine done")


asyncio.run(main())
