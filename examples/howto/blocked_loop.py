"""See a blocking call hold up all other tasks."""

import asyncio
import time


async def write_report():
    print("report: starts")
    time.sleep(0.5)
    print("report: ends")


async def tick():
    for number in range(3):
        print("tick", number)
        # Give way to what else is ready.
        await asyncio.sleep(0)


async def main():
    report = asyncio.create_task(write_report())
    ticker = asyncio.create_task(tick())
    await report
    await ticker


asyncio.run(main())
