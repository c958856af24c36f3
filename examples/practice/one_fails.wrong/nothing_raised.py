# fails: fails 1
"""Print the words, and skip the page."""

import asyncio


async def load(page, seconds):
    await asyncio.sleep(seconds)
    print("loaded", page)


async def main():
    tasks = [
        asyncio.create_task(load("news", 0.5)),
        asyncio.create_task(load("wiki", 1)),
        asyncio.create_task(load("mail", 2)),
    ]
    for task in tasks:
        await task
    print("failed: no such page")
    print("main ends")


asyncio.run(main())
