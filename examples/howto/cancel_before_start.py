"""Cancel a task before it starts."""

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
    print("main: cancel() returns", task.cancel())
    print("main: task done?", task.done())
    await asyncio.wait([task])
    print("main: task cancelled?", task.cancelled())


asyncio.run(main())
