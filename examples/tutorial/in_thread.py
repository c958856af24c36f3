"""Create a task that runs a plain function in a thread."""

import asyncio
import time


def task_coroutine():
    print("executing the task")
    time.sleep(0.1)


async def main():
    print("main coroutine started")
    # This hands over a coroutine object.
    task = asyncio.create_task(asyncio.to_thread(task_coroutine))
    await task
    print("main coroutine done")


asyncio.run(main())
