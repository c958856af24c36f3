"""Wait for a task for a limited time."""

import asyncio


async def save():
    await asyncio.sleep(0.5)
    print("save: done")


async def main():
    task = asyncio.create_task(save())
    try:
        async with asyncio.timeout(0.05):
            await task
    except TimeoutError:
        print("main: timed out")
    print("main: task cancelled?", task.cancelled())


asyncio.run(main())
