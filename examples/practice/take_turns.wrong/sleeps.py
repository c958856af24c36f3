# fails: ends by 0 s
import asyncio


async def count():
    for number in (1, 2, 3):
        print("counted", number)
        await asyncio.sleep(1)


async def watch():
    for number in (1, 2, 3):
        print("watched", number)
        await asyncio.sleep(1)


async def main():
    await asyncio.gather(count(), watch())


asyncio.run(main())
