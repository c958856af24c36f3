"""Hand a task and a future to asyncio.ensure_future()."""

import asyncio


async def task_coroutine():
    print("executing the task")
    await asyncio.sleep(0.1)


async def main():
    task = asyncio.create_task(task_coroutine())
    print("same task:", asyncio.ensure_future(task) is task)
    future = asyncio.get_running_loop().create_future()
    print("same future:", asyncio.ensure_future(future) is future)
    await task


asyncio.run(main())
