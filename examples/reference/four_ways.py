"""Create a task in each of the four ways."""

import asyncio


async def work(number):
    await asyncio.sleep(0.05)
    return number


async def main():
    loop = asyncio.get_running_loop()
    async with asyncio.TaskGroup() as group:
        tasks = [
            asyncio.create_task(work(1)),
            group.create_task(work(2)),
            asyncio.ensure_future(work(3)),
            loop.create_task(work(4)),
        ]
    for task in tasks:
        print(type(task).__name__, await task)


asyncio.run(main())
