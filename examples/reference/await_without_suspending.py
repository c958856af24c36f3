"""See that await gives way only if something suspends."""

import asyncio


async def work():
    print("the task starts")


async def ready():
    return 42


async def main():
    task = asyncio.create_task(work())
    print("awaited:", await ready())
    print("the task is done?", task.done())
    await asyncio.sleep(0)
    print("the task is done?", task.done())


asyncio.run(main())
