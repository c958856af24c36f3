"""Report the exception of a task that nobody awaits."""

import asyncio


async def import_job():
    raise ValueError("bad input")


def report_failure(task):
    if task.cancelled():
        print(task.get_name(), "was cancelled")
    elif error := task.exception():
        print(task.get_name(), "failed:", repr(error))


async def main():
    task = asyncio.create_task(import_job(), name="import-job")
    task.add_done_callback(report_failure)
    await asyncio.sleep(0.05)
    print("main: ends")


asyncio.run(main())
