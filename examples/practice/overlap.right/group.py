import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    async with asyncio.TaskGroup() as group:
        for page in ("news", "mail", "wiki"):
            group.create_task(fetch(page))
    print("all done")


asyncio.run(main())
