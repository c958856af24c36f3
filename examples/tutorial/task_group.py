"""Create tasks in a group that waits for all of them."""

import asyncio


async def task_coroutine(number):
    print(f"executing the task {number}")
    await asyncio.sleep(0.1)


async def main():
    print("main coroutine started")
    async with asyncio.TaskGroup() as group:
        group.create_task(task_coroutine(1))
        group.create_task(task_coroutine(2))
    # Both tasks are done here.
    print("main coroutine done")


asyncio.run(main())
