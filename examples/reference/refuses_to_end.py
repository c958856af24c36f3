"""See a task that swallows its cancellation."""

import asyncio


async def work():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        return 42


async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    print("cancel()", task.cancel())
    await asyncio.wait([task])
    print("cancelled()", task.cancelled())
    print("result()", task.result())


asyncio.run(main())
