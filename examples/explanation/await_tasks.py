"""Fetch two pages at the same time."""

import asyncio


async def fetch(page, seconds):
    print(page, "starts")
    await asyncio.sleep(seconds)
    print(page, "ends")


async def main():
    pages = {"slow page": 0.5, "quick page": 0.05}
    tasks = []
    for page, seconds in pages.items():
        tasks.append(asyncio.create_task(fetch(page, seconds)))
    for task in tasks:
        await task


asyncio.run(main())
