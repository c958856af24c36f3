"""Create a task in a plain function that a coroutine calls."""

import asyncio


async def task_coroutine():
    print("executing the task")
    await asyncio.sleep(0.1)


def start_task():
    print("plain function called")
    return asyncio.create_task(task_coroutine())


async def main():
    print("main coroutine started")
    task = start_task()
    await task
    print("main coroutine done")


asyncio.run(main())
