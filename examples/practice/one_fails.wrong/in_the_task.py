# fails: fails 1
import asyncio


async def load(page, seconds):
    await asyncio.sleep(seconds)
    if page == "broken":
        print("failed: no such page")
        return
    print("loaded", page)


async def main():
    tasks = [
        asyncio.create_task(load("news", 0.5)),
        asyncio.create_task(load("broken", 1)),
        asyncio.create_task(load("mail", 2)),
    ]
    for task in tasks:
        await task
    print("main ends")


asyncio.run(main())
