"""Cancel a task that fails while it cleans up."""

import asyncio


async def download():
    try:
        await asyncio.sleep(10)
    finally:
        raise OSError("disk full")


async def stop(task):
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()


async def main():
    task = asyncio.create_task(download())
    await asyncio.sleep(0.05)
    try:
        await stop(task)
    except OSError as error:
        print("main: task cancelled?", task.cancelled())
        print("main: clean-up failed:", error)


asyncio.run(main())
