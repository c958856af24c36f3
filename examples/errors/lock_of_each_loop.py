"""Make a lock in each event loop."""

import asyncio


async def work(lock):
    async with lock:
        await asyncio.sleep(0.05)


async def main():
    lock = asyncio.Lock()
    jobs = [work(lock), work(lock)]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    for error in filter(None, results):
        print(f"{type(error).__name__}: {error}")
    print("main: ends")


asyncio.run(main())
asyncio.run(main())
