"""Give one coroutine object that suspends to two tasks."""

import asyncio


async def task_coroutine():
    print("executing the task")
    await asyncio.sleep(0)
    print("at its end")


async def main():
    coro = task_coroutine()
    first = asyncio.create_task(coro, name="first")
    second = asyncio.create_task(coro, name="second")
    for task in (first, second):
        try:
            await task
            print(task.get_name(), "is done")
        except RuntimeError as error:
            print(task.get_name(), "failed:", error)


asyncio.run(main())
