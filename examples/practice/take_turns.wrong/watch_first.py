# fails: prints "counted 1" before "watched 1"
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
    await asyncio.gather(watch(), count())


asyncio.run(main())
