# fails: prints "all done" only after "downloaded 6"
import asyncio


async def download(number, limit):
    async with limit:
        await asyncio.sleep(1)
        print("downloaded", number)


async def main():
    limit = asyncio.Semaphore(2)
    numbers = (1, 2, 3, 4, 5, 6)
    downloads = asyncio.gather(*(download(n, limit) for n in numbers))
    print("all done")
    await downloads


asyncio.run(main())
