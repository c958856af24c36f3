"""Let a callback print what has failed."""

import asyncio


async def load(page):
    try:
        await asyncio.sleep(0.5)
        if page == "broken":
            raise ValueError("no such page")
        await asyncio.sleep(60)
    finally:
        print("stopped", page)


def report(task):
    if not task.cancelled() and task.exception():
        print("failed:", task.exception())


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            for page in ("news", "broken"):
                group.create_task(load(page)).add_done_callback(report)
    except* ValueError:
        pass
    print("main goes on")


asyncio.run(main())
