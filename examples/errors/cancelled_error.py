"""Await a task that has been cancelled."""

import asyncio


async def work():
    await asyncio.sleep(1)


async def main():
    task = asyncio.create_task(work())
    task.cancel()
    await task


asyncio.run(main())
