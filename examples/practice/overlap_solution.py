"""Fetch three pages at the same time."""

import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    pages = ("news", "mail", "wiki")
    tasks = [asyncio.create_task(fetch(page)) for page in pages]
    for task in tasks:
        await task
    print("all done")


asyncio.run(main())
