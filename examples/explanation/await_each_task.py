"""Fetch two pages in tasks, still one after the other."""

import asyncio


async def fetch(page, seconds):
    print(page, "starts")
    await asyncio.sleep(seconds)
    print(page, "ends")


async def main():
    pages = {"slow page": 0.5, "quick page": 0.05}
    for page, seconds in pages.items():
        await asyncio.create_task(fetch(page, seconds))


asyncio.run(main())
