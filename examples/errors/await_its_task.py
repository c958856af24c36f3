"""Await the task that runs the coroutine object."""

import asyncio


async def work():
    await asyncio.sleep(0.05)
    return "done"


async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    print(await task)


asyncio.run(main())
