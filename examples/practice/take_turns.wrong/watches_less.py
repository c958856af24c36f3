# fails: prints "counted 3" before "watched 3"
"""Take turns, and end before the last one."""

import asyncio


async def count():
    for number in (1, 2, 3):
        print("counted", number)
        await asyncio.sleep(0)


async def watch():
    for number in (1, 2):
        print("watched", number)
        await asyncio.sleep(0)


async def main():
    await asyncio.gather(count(), watch())


asyncio.run(main())
