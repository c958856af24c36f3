"""Count the runs of a job that sleeps until it is due."""

import asyncio


async def every(seconds, function):
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        await function()
        due += seconds
        await asyncio.sleep(due - loop.time())


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
