# fails: prints "main ends" only after "loaded mail"
"""Sleep until everything must be over."""

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
    await asyncio.sleep(2.01)
    print("failed:", tasks[1].exception())
    print("main ends")


asyncio.run(main())
