"""Print each page as soon as it is there."""

import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    return page


async def main():
    tasks = [
        asyncio.create_task(fetch("slow", 3)),
        asyncio.create_task(fetch("quick", 1)),
        asyncio.create_task(fetch("usual", 2)),
    ]
    for next_page in asyncio.as_completed(tasks):
        print("got", await next_page)


asyncio.run(main())
