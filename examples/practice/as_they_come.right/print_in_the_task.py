import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    print("got", page)


async def main():
    tasks = [
        asyncio.create_task(fetch("slow", 3)),
        asyncio.create_task(fetch("quick", 1)),
        asyncio.create_task(fetch("usual", 2)),
    ]
    await asyncio.gather(*tasks)


asyncio.run(main())
