"""Catch CancelledError around an await, and lose a time limit."""

import asyncio


async def download():
    try:
        await asyncio.sleep(10)
    finally:
        print("download: cleans up")
        await asyncio.sleep(0.4)
        print("download: has cleaned up")


async def stop(task):
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("stop: task cancelled?", task.cancelled())
    print("stop: goes on")


async def main():
    task = asyncio.create_task(download())
    await asyncio.sleep(0.05)
    try:
        async with asyncio.timeout(0.1):
            await stop(task)
        print("main: no time-out")
    except TimeoutError:
        print("main: timed out")
    await asyncio.wait([task])


asyncio.run(main())
