# fails: prints "watched 2" before "counted 3"
import asyncio


async def count():
    print("counted 1")
    await asyncio.sleep(0)
    for number in (2, 3):
        print("counted", number)


async def watch():
    for number in (1, 2, 3):
        print("watched", number)
        await asyncio.sleep(0)


async def main():
    await asyncio.gather(count(), watch())


asyncio.run(main())
