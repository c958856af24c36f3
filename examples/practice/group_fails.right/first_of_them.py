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
    except* ValueError as failures:
        print("failed:", failures.exceptions[0])
    print("main goes on")


asyncio.run(main())
