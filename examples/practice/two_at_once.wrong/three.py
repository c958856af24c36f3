# fails: together at most 2
import asyncio


async def download(number, limit):
    async with limit:
        await asyncio.sleep(1)
        print("downloaded", number)


async def main():
    limit = asyncio.Semaphore(3)
    numbers = (1, 2, 3, 4, 5, 6)
    await asyncio.gather(*(download(n, limit) for n in numbers))
    print("all done")


asyncio.run(main())
