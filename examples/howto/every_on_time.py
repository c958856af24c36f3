"""Run a job three times, each when it is due."""

import asyncio


async def every(seconds, function, times):
    loop = asyncio.get_running_loop()
    due = loop.time()
    for _ in range(times):
        await function()
        due += seconds
        await asyncio.sleep(due - loop.time())


async def job():
    print("job starts")
    await asyncio.sleep(0.3)


async def main():
    await every(0.4, job, times=3)


asyncio.run(main())
