"""Take each result as soon as it is there."""

import asyncio


async def fetch(name, seconds):
    await asyncio.sleep(seconds)
    return f"page of {name}"


async def main():
    tasks = [
        asyncio.create_task(fetch("slow", 0.4)),
        asyncio.create_task(fetch("quick", 0.05)),
    ]
    for next_result in asyncio.as_completed(tasks):
        print(await next_result)


asyncio.run(main())
