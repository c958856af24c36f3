# fails: prints "downloaded 1"
"""Leave out the first page."""

import asyncio


async def download(number, limit):
    async with limit:
        await asyncio.sleep(1)
        print("downloaded", number)


async def main():
    limit = asyncio.Semaphore(2)
    async with asyncio.TaskGroup() as group:
        for number in range(2, 7):
            group.create_task(download(number, limit))
    print("all done")


asyncio.run(main())
