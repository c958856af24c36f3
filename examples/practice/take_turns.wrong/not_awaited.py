# fails: prints "watched 1" before "counted 2"
import asyncio


async def count():
    for number in (1, 2, 3):
        print("counted", number)
        asyncio.sleep(0)


async def watch():
    for number in (1, 2, 3):
        print("watched", number)
        asyncio.sleep(0)


async def main():
    await asyncio.gather(count(), watch())


asyncio.run(main())
