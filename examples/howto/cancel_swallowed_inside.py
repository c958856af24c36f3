"""Cancel a task that awaits another one, which swallows the request."""

import asyncio


async def read_all():
    try:
        await asyncio.sleep(0.1)
        return "all pages"
    except asyncio.CancelledError:
        return "half of the pages"


async def report(reading):
    print("report on", await reading)


async def main():
    reading = asyncio.create_task(read_all())
    task = asyncio.create_task(report(reading))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    print("cancel() returns", task.cancel())
    await asyncio.wait([task])
    print("cancelled?", task.cancelled())


asyncio.run(main())
