# fails: together at most 0
"""Let ten milliseconds pass for each turn."""

import asyncio


async def count():
    for number in (1, 2, 3):
        print("counted", number)
        await asyncio.sleep(0.01)


async def watch():
    for number in (1, 2, 3):
        print("watched", number)
        await asyncio.sleep(0.01)


async def main():
    await asyncio.gather(count(), watch())


asyncio.run(main())
