"""Let every task of the loop report its failure."""

import asyncio


def report(task):
    if not task.cancelled() and (error := task.exception()):
        print(f"{task.get_name()} failed: {error!r}")


def reporting(loop, coro, **options):
    task = asyncio.Task(coro, loop=loop, **options)
    task.add_done_callback(report)
    return task


async def fetch(page):
    await asyncio.sleep(0.05)
    raise ValueError(page)


async def main():
    asyncio.get_running_loop().set_task_factory(reporting)
    task = asyncio.create_task(fetch("news"), name="fetch news")
    await asyncio.wait([task])


asyncio.run(main())
