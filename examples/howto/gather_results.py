"""Collect what several tasks return, in the order of the tasks."""

import asyncio


async def fetch(name, seconds):
    await asyncio.sleep(seconds)
    print("fetched", name)
    return f"page of {name}"


async def main():
    tasks = [
        asyncio.create_task(fetch("slow", 0.4)),
        asyncio.create_task(fetch("quick", 0.05)),
    ]
    results = await asyncio.gather(*tasks)
    print(results)


asyncio.run(main())
