# fails: prints "got quick" at 1 s
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
    for page in await asyncio.gather(*tasks):
        print("got", page)


asyncio.run(main())
