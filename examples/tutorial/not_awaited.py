"""See what becomes of a task when main() ends first."""

import asyncio


async def task_coroutine():
    print("task: starts")
    await asyncio.sleep(0.1)
    print("task: ends")


async def main():
    print("main: creates the task")
    task = asyncio.create_task(task_coroutine())
    print("main: the task wraps", task.get_coro().__name__)
    print("main: ends")


asyncio.run(main())
