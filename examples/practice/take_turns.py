"""Count and watch, one after the other."""

import asyncio


async def count():
    for number in (1, 2, 3):
        print("counted", number)


async def watch():
    for number in (1, 2, 3):
        print("watched", number)


async def main():
    await asyncio.gather(count(), watch())


asyncio.run(main())
