# fails: prints "counted 2" before "watched 2"
import asyncio


async def count():
    for number in (1, 2, 3):
        print("counted", number)
        await asyncio.sleep(0)


async def watch():
    for number in (1, 2, 3):
        print("watched", number)
        print("watched", number + 1)
        await asyncio.sleep(0)


async def main():
    await asyncio.gather(count(), watch())


asyncio.run(main())
