# /// script
# requires-python = ">=3.12"
# ///
"""Raise an exception in the first step of an eager task."""

import asyncio


async def fail():
    raise ValueError("bad data")


async def leave():
    raise SystemExit(4)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(fail())
    print("kept in the task:", repr(task.exception()))
    try:
        asyncio.create_task(leave())
    except SystemExit as error:
        print("came out of create_task():", repr(error))


asyncio.run(main())
