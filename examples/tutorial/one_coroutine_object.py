"""Try to run one coroutine object in two tasks."""

import asyncio


async def task_coroutine():
    print("executing the task")


async def main():
    coro = task_coroutine()
    first = asyncio.create_task(coro)
    second = asyncio.create_task(coro)
    await first
    print("first task done")
    try:
        await second
    except RuntimeError as error:
        print("second task failed:", error)


asyncio.run(main())
