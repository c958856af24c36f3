"""Hold a lock, a semaphore and a condition in blocks."""

import asyncio


async def main():
    condition = asyncio.Condition()
    async with asyncio.Lock(), asyncio.BoundedSemaphore(1):
        print("main: holds both")
    async with condition:
        condition.notify()
    print("main: notified")


asyncio.run(main())
