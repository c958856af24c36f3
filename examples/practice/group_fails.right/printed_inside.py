"""Print the failure where it happens, and let it stop the group."""

import asyncio
import contextlib


async def load(page):
    try:
        await asyncio.sleep(0.5)
        if page == "broken":
            raise ValueError("no such page")
        await asyncio.sleep(60)
    except ValueError as error:
        print("failed:", error)
        raise
    finally:
        print("stopped", page)


async def main():
    with contextlib.suppress(ExceptionGroup):
        async with asyncio.TaskGroup() as group:
            group.create_task(load("news"))
            group.create_task(load("broken"))
    print("main goes on")


asyncio.run(main())
