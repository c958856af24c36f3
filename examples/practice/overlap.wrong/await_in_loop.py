# fails: together 3
import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    for page in ("news", "mail", "wiki"):
        await asyncio.create_task(fetch(page))
    print("all done")


asyncio.run(main())
