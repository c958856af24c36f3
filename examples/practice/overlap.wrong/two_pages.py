# fails: prints "all done" only after "fetched mail"
"""Leave one page out."""

import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    await asyncio.gather(fetch("wiki"), fetch("wiki"), fetch("wiki"))
    print("all done")


asyncio.run(main())
