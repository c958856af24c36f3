# fails: prints "loaded news" before "failed: no such page"
import asyncio


async def load(page, seconds):
    await asyncio.sleep(seconds)
    if page == "broken":
        raise ValueError("no such page")
    print("loaded", page)


async def main():
    tasks = [
        asyncio.create_task(load("news", 0.5)),
        asyncio.create_task(load("broken", 1)),
        asyncio.create_task(load("mail", 2)),
    ]
    for task in tasks:
        try:
            await task
        except ValueError:
            print("goes on")
    print("main ends")


asyncio.run(main())
