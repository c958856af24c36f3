"""Let a task of a group start another one, after the body has ended."""

import asyncio


async def fetch(page):
    await asyncio.sleep(0.05)
    print("fetched", page)


async def fetch_index(group):
    await fetch("index")
    for page in ("news", "sports"):
        group.create_task(fetch(page))


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(fetch_index(group))
        print("the body ends")
    print("the block ends")


asyncio.run(main())
