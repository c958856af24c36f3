# fails: prints "main ends" only after "loaded mail"
import asyncio


async def load(page, seconds):
    await asyncio.sleep(seconds)
    if page == "broken":
        raise ValueError("no such page")
    print("loaded", page)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(load("news", 0.5))
            group.create_task(load("broken", 1))
            group.create_task(load("mail", 2))
    except* ValueError as failures:
        print("failed:", failures.exceptions[0])
    print("main ends")


asyncio.run(main())
