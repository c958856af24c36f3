# fails: takes turns
"""Let one task print for both."""

import asyncio


async def count():
    for number in (1, 2, 3):
        print("counted", number)
        await asyncio.sleep(0)


async def watch():
    for number in (1, 2, 3):
        print("watched", number)
        await asyncio.sleep(0)


async def main():
    async def a():
        for i in (1, 2, 3):
            print("counted", i)
            print("watched", i)

    async def b():
        print("b")

    await asyncio.gather(a(), b())


asyncio.run(main())
