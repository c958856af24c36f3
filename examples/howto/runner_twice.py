"""Keep a task from one call of a runner to the next."""

import asyncio
import time


async def fetch():
    print("fetch: starts")
    await asyncio.sleep(0.05)
    print("fetch: ends")


async def start():
    return asyncio.create_task(fetch())


async def finish(task):
    await task


with asyncio.Runner() as runner:
    task = runner.run(start())
    time.sleep(0.3)
    print("plain code: task done?", task.done())
    runner.run(finish(task))
    print("plain code: task done?", task.done())
