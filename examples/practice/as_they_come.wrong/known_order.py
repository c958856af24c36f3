# fails: waits for whichever is first
"""Await the pages in the order that is known from a run."""

import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    return page


async def main():
    slow = asyncio.create_task(fetch("slow", 3))
    quick = asyncio.create_task(fetch("quick", 1))
    usual = asyncio.create_task(fetch("usual", 2))
    print("got", await quick)
    print("got", await usual)
    print("got", await slow)


asyncio.run(main())
