"""See that the sleeps of several tasks overlap."""

import asyncio


async def task_coroutine(number, seconds):
    print(f"task {number} starts")
    await asyncio.sleep(seconds)
    print(f"task {number} ends")


async def main():
    tasks = [
        asyncio.create_task(task_coroutine(1, 0.3)),
        asyncio.create_task(task_coroutine(2, 0.2)),
        asyncio.create_task(task_coroutine(3, 0.1)),
    ]
    for task in tasks:
        await task


asyncio.run(main())
