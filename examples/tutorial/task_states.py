"""Ask a task what has become of it."""

import asyncio


async def task_coroutine():
    print("the task starts")
    await asyncio.sleep(0.2)
    print("the task ends")
    return 42


async def main():
    task = asyncio.create_task(task_coroutine())
    print("created: done?", task.done())
    await asyncio.sleep(0.1)
    print("started: done?", task.done())
    await task
    print("awaited: done?", task.done())
    print("its result:", task.result())


asyncio.run(main())
