"""Wait for a task that has been cancelled, and ask how it ended."""

import asyncio


async def work():
    await asyncio.sleep(1)


async def main():
    task = asyncio.create_task(work())
    task.cancel()
    await asyncio.wait([task])
    print("cancelled?", task.cancelled())


asyncio.run(main())
