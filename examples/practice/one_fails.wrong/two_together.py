# fails: together 3
import asyncio


async def load(page, seconds):
    await asyncio.sleep(seconds)
    if page == "broken":
        raise ValueError("no such page")
    print("loaded", page)


async def main():
    mail = asyncio.create_task(load("mail", 2))
    tasks = [load("news", 0.5), load("broken", 1), mail]
    for task in tasks:
        try:
            await task
        except ValueError as error:
            print("failed:", error)
    print("main ends")


asyncio.run(main())
