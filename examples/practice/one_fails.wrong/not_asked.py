# fails: never prints "never retrieved"
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
    await asyncio.wait(tasks)
    print("failed: no such page")
    del tasks
    print("main ends")
    await asyncio.sleep(0)


asyncio.run(main())
