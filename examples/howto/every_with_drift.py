"""Count the runs of a job that pauses after each run."""

import asyncio


async def every(seconds, function):
    while True:
        await function()
        await asyncio.sleep(seconds)


async def job():
    print("job starts")
    await asyncio.sleep(0.3)


async def main():
    async with asyncio.timeout(1.8):
        await every(0.4, job)


try:
    asyncio.run(main())
except TimeoutError:
    print("1.8 seconds are over")
