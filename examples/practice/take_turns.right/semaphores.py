"""Pass the turn back and forth with two semaphores."""

import asyncio


async def count(mine, other):
    for number in (1, 2, 3):
        await mine.acquire()
        print("counted", number)
        other.release()


async def watch(mine, other):
    for number in (1, 2, 3):
        await mine.acquire()
        print("watched", number)
        other.release()


async def main():
    counting, watching = asyncio.Semaphore(1), asyncio.Semaphore(0)
    await asyncio.gather(count(counting, watching), watch(watching, counting))


asyncio.run(main())
