"""Try to create a task after the event loop has ended."""

import asyncio


async def task_coroutine():
    print("executing the task")
    await asyncio.sleep(0.1)


async def main():
    print("main coroutine started")
    print("main coroutine done")


asyncio.run(main())
# Wrong: no event loop runs any more.
asyncio.create_task(task_coroutine())
