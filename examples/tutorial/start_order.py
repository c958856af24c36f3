"""See when a new task starts."""

import asyncio


async def task_coroutine():
    print("task: starts")
    await asyncio.sleep(0.1)
    print("task: ends")


async def main():
    print("main: creates the task")
    task = asyncio.create_task(task_coroutine())
    print("main: the task wraps", task.get_coro().__name__)
    print("main: waits for the task")
    await task
    print("main: ends")


asyncio.run(main())
