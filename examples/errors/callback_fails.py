"""Let a callback of a task fail."""

import asyncio


async def work():
    return 42


def report(task):
    print("result: " + task.result())


async def main():
    task = asyncio.create_task(work())
    task.add_done_callback(report)
    await asyncio.sleep(0.05)
    print("main: ends")


asyncio.run(main())
