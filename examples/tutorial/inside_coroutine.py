"""Create the task while the event loop runs."""

import asyncio


async def task_coroutine():
    print("executing the task")
    await asyncio.sleep(0.1)


async def main():
    print("main coroutine started")
    task = asyncio.create_task(task_coroutine())
    await task
    print("main coroutine done")


asyncio.run(main())
