"""Hand over a function, without calling it."""

import asyncio
import time


def task_coroutine():
    print("executing the task")
    time.sleep(0.1)


async def main():
    print("main coroutine started")
    # Wrong: this hands over the function.
    task = asyncio.create_task(task_coroutine)
    await task
    print("main coroutine done")


asyncio.run(main())
