# fails: prints "all done" only after "fetched wiki"
import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    tasks = [asyncio.create_task(fetch(p)) for p in ("news", "mail", "wiki")]
    print("all done")
    await asyncio.wait(tasks)


asyncio.run(main())
