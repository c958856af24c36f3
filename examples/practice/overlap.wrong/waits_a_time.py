# fails: prints "all done" only after "fetched mail"
"""Sleep until all pages must be there."""

import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    for page in ("news", "mail", "wiki"):
        asyncio.create_task(fetch(page))
    await asyncio.sleep(1.01)
    print("all done")


asyncio.run(main())
