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
    await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
    tasks[0].cancel()
    await asyncio.wait(tasks)
    print("failed:", tasks[1].exception())
    print("main goes on")


asyncio.run(main())
