# fails: prints "failed: no such page"
import asyncio


async def load(page):
    try:
        await asyncio.sleep(0.5)
        if page == "broken":
            raise ValueError("no such page")
        await asyncio.sleep(60)
    finally:
        print("stopped", page)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(load("news"))
            group.create_task(load("broken"))
    except Exception as error:
        print("failed:", error)
    print("main goes on")


asyncio.run(main())
