"""Use one lock in two event loops, one after the other."""

import asyncio


async def work():
    async with lock:
        await asyncio.sleep(0.05)


async def main():
    jobs = [work(), work()]
    results = await asyncio.gather(*jobs, return_exceptions=True)
    for error in filter(None, results):
        print(f"{type(error).__name__}: {error}")
    print("main: ends")


lock = asyncio.Lock()
asyncio.run(main())
asyncio.run(main())
