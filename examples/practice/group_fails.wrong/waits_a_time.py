# fails: prints "main goes on" only after "stopped news"
"""Cancel the other task, and wait for a time."""

import asyncio


async def load(page):
    try:
        await asyncio.sleep(0.5)
        if page == "broken":
            raise ValueError("no such page")
        await asyncio.sleep(60)
    finally:
        print("stopped", page)


async def main():
    tasks = [asyncio.create_task(load(p)) for p in ("news", "broken")]
    try:
        await asyncio.gather(*tasks)
    except ValueError as e:
        print("failed:", e)
    tasks[0].cancel()
    await asyncio.sleep(0.01)
    print("main goes on")


asyncio.run(main())
