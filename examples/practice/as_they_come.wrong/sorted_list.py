# fails: waits for whichever is first
"""Put the list into the order in which the pages come."""

import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    return page


async def main():
    tasks = [
        asyncio.create_task(fetch("quick", 1)),
        asyncio.create_task(fetch("usual", 2)),
        asyncio.create_task(fetch("slow", 3)),
    ]
    for task in tasks:
        print("got", await task)


asyncio.run(main())
