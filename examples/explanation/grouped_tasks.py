"""Leave a function only when all its tasks are done."""

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
    async with asyncio.TaskGroup() as group:
        group.create_task(log_progress())
        group.create_task(fetch())


async def main():
    try:
        await refresh()
    except* ValueError:
        print("main: refresh() failed")
    print("main: tasks left:", len(asyncio.all_tasks()) - 1)


asyncio.run(main())
