"""Tell a task that has not started from one that is suspended."""

import asyncio
import inspect


def show(task):
    state = inspect.getcoroutinestate(task.get_coro())
    current = task is asyncio.current_task()
    print(f"{task.get_name()}: {state}, current: {current}")


async def work():
    show(asyncio.current_task())
    await asyncio.sleep(0.05)


async def main():
    task = asyncio.create_task(work(), name="work")
    show(task)
    await asyncio.sleep(0)
    show(task)
    await task
    show(task)


asyncio.run(main())
