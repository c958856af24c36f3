"""Take each result as soon as it is there, until one task fails."""

import asyncio


async def fetch(name, seconds):
    await asyncio.sleep(seconds)
    if name == "broken":
        raise ValueError("bad page")
    print("fetched", name)
    return f"page of {name}"


async def main():
    tasks = [
        asyncio.create_task(fetch("slow", 0.8)),
        asyncio.create_task(fetch("broken", 0.2)),
        asyncio.create_task(fetch("quick", 0.05)),
    ]
    try:
        for next_result in asyncio.as_completed(tasks):
            print("main:", await next_result)
    except ValueError as error:
        print("main: failed:", error)
    print("main: slow done?", tasks[0].done())
    await asyncio.sleep(1)


asyncio.run(main())
