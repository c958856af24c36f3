# fails: prints "got quick" at 1 s
"""Wait for all pages, and then put them in order."""

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
    results = await asyncio.gather(*tasks)
    for r in sorted(results, key=["quick", "usual", "slow"].index):
        print("got", r)


asyncio.run(main())
