"""Block in main(), so that no task can count."""

import asyncio
import time


async def wait(seconds):
    time.sleep(seconds)


async def count():
    for number in range(3):
        print("count:", number)
        await asyncio.sleep(0)


async def main():
    task = asyncio.create_task(count())
    await wait(0.5)
    print("main: waited")
    await task


asyncio.run(main())
