"""Cancel a task, and let it clean up."""

import asyncio


async def download():
    print("download: starts")
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        print("download: cleans up")
        raise


async def main():
    task = asyncio.create_task(download())
    await asyncio.sleep(0.05)
    print("main: cancel() returns", task.cancel())
    print("main: task done?", task.done())
    await asyncio.wait([task])
    print("main: task cancelled?", task.cancelled())


asyncio.run(main())
