# fails: prints "downloaded 3"
"""Download some pages twice, and others never."""

import asyncio


async def download(number, limit):
    async with limit:
        await asyncio.sleep(1)
        print("downloaded", number)


async def main():
    limit = asyncio.Semaphore(2)
    numbers = (1, 2, 1, 2, 5, 6)
    await asyncio.gather(*(download(n, limit) for n in numbers))
    print("all done")


asyncio.run(main())
