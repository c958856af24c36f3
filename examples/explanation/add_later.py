"""Fill a list after creating the task that reads it."""

import asyncio


async def report(items):
    print("report sees", items)


async def main():
    items = []
    task = asyncio.create_task(report(items))
    items.append("bread")
    await task


asyncio.run(main())
