# fails: fails 1
"""Print the words, and let nothing fail."""

import asyncio


async def load(page):
    try:
        await asyncio.sleep(0.5)
        if page == "broken":
            raise ValueError("no such page")
        await asyncio.sleep(60)
    finally:
        print("stopped", page)


async def main():
    t = asyncio.create_task(load("news"))
    await asyncio.sleep(0.5)
    t.cancel()
    print("failed: no such page")
    await asyncio.wait([t])
    print("main goes on")


asyncio.run(main())
