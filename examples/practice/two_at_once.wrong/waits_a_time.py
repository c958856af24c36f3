# fails: prints "all done" only after "downloaded 6"
"""Sleep until each pair must be there."""

import asyncio


async def download(number):
    await asyncio.sleep(1)
    print("downloaded", number)


async def main():
    for pair in ((1, 2), (3, 4), (5, 6)):
        for i in pair:
            asyncio.create_task(download(i))
        await asyncio.sleep(1.01)
    print("all done")


asyncio.run(main())
