"""See when an exception that nobody asked for is logged."""

import asyncio


async def import_job():
    raise ValueError("bad input")


async def main():
    task = asyncio.create_task(import_job(), name="import-job")
    await asyncio.sleep(0.05)
    print("main: goes on, task done?", task.done())
    del task
    print("main: ends")


asyncio.run(main())
