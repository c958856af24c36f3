"""Run a second coroutine in an event loop of its own."""

import asyncio


async def task_coroutine():
    print("executing the task")
    await asyncio.sleep(0.1)


async def main():
    print("main coroutine started")
    print("main coroutine done")


asyncio.run(main())
# A second event loop, and a task in it.
asyncio.run(task_coroutine())
