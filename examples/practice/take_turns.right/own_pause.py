import asyncio


class Pause:
    def __await__(self):
        yield


async def count():
    for number in (1, 2, 3):
        print("counted", number)
        await Pause()


async def watch():
    for number in (1, 2, 3):
        print("watched", number)
        await Pause()


async def main():
    await asyncio.gather(count(), watch())


asyncio.run(main())
