# fails: prints "all done" at 3 s
"""Download only the last two pages."""

import asyncio


async def download(number):
    await asyncio.sleep(1)
    print("downloaded", number)


async def main():
    await asyncio.gather(*map(download, (5, 6)))
    print("all done")


asyncio.run(main())
