import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    await asyncio.gather(*map(fetch, ("news", "mail", "wiki")))
    print("all done")


asyncio.run(main())
