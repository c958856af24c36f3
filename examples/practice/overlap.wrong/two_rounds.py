# fails: prints "all done" at 1 s
import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    await fetch("news")
    await asyncio.gather(fetch("mail"), fetch("wiki"))
    print("all done")


asyncio.run(main())
