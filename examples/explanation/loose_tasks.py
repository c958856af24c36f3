"""Leave a function while one of its tasks still runs."""

import asyncio


async def log_progress():
    try:
        await asyncio.sleep(3)
    finally:
        print("log_progress: over")


async def fetch():
    await asyncio.sleep(0.05)
    raise ValueError("no such page")


async def refresh():
    progress = asyncio.create_task(log_progress())
    page = asyncio.create_task(fetch())
    await page
    await progress


async def main():
    try:
        await refresh()
    except* ValueError:
        print("main: refresh() failed")
    print("main: tasks left:", len(asyncio.all_tasks()) - 1)


asyncio.run(main())
