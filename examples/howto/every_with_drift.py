"""Run a job three times, with a pause after each run."""

import asyncio


async def every(seconds, function, times):
    for _ in range(times):
        await function()
        await asyncio.sleep(seconds)


async def job():
    print("job starts")
    await asyncio.sleep(0.3)


async def main():
    await every(0.4, job, times=3)


asyncio.run(main())
