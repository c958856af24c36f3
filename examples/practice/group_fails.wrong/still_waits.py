# fails: prints "main goes on" at 0.5 s
import asyncio


async def load(page):
    try:
        await asyncio.sleep(0.5)
        if page == "broken":
            raise ValueError("no such page")
        await asyncio.sleep(60)
    except ValueError as error:
        print("failed:", error)
    finally:
        print("stopped", page)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(load("news"))
            group.create_task(load("broken"))
    except* ValueError:
        pass
    print("main goes on")


asyncio.run(main())
