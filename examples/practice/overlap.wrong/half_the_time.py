# fails: prints "all done" at 1 s
"""Fetch at the same time, in half of the time."""

import asyncio


async def fetch(page):
    await asyncio.sleep(0.5)
    print("fetched", page)


async def main():
    await asyncio.gather(*map(fetch, ("news", "mail", "wiki")))
    print("all done")


asyncio.run(main())
