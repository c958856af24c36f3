# fails: prints "fetched news" at 1 s
"""Leave out the first page."""

import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    await asyncio.gather(fetch("mail"), fetch("wiki"), fetch("wiki"))
    print("all done")


asyncio.run(main())
