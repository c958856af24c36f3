"""Download six pages, more at once than the server allows."""

import asyncio


async def download(number):
    await asyncio.sleep(1)
    print("downloaded", number)


async def main():
    await asyncio.gather(*map(download, (1, 2, 3, 4, 5, 6)))
    print("all done")


asyncio.run(main())
