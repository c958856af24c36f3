# fails: together at most 2
import asyncio


async def download(number):
    limit = asyncio.Semaphore(2)
    async with limit:
        await asyncio.sleep(1)
        print("downloaded", number)


async def main():
    numbers = (1, 2, 3, 4, 5, 6)
    await asyncio.gather(*(download(n) for n in numbers))
    print("all done")


asyncio.run(main())
