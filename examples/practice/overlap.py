"""Fetch three pages, one after the other."""

import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    for page in ("news", "mail", "wiki"):
        await fetch(page)
    print("all done")


asyncio.run(main())
