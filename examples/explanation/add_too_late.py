# /// script
# requires-python = ">=3.12"
# ///
"""Fill a list too late for the task that reads it."""

import asyncio


async def report(items):
    print("report sees", items)


async def main():
    items = []
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(report(items))
    items.append("bread")
    await task


asyncio.run(main())
