"""Cancel a task, and wait for it, before main() ends."""

import asyncio


async def work():
    try:
        await asyncio.sleep(1)
    finally:
        raise ValueError("cannot save")


async def main():
    task = asyncio.create_task(work(), name="work")
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.wait([task])
    print("main: work ended with", repr(task.exception()))


asyncio.run(main())
