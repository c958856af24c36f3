# fails: prints "fetched news" at 1 s
"""Print before the sleep instead of after it."""

import asyncio


async def fetch(page):
    print("fetched", page)
    await asyncio.sleep(1)


async def main():
    pages = ("news", "mail", "wiki")
    tasks = [asyncio.create_task(fetch(page)) for page in pages]
    for task in tasks:
        await task
    print("all done")


asyncio.run(main())
