"""Cancel a task while the group in it fails."""

import asyncio


async def fail():
    await asyncio.sleep(0.05)
    raise ValueError("bad data")


async def slow_cleanup():
    try:
        await asyncio.sleep(10)
    finally:
        await asyncio.sleep(0.2)


async def work():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(slow_cleanup())
    except* ValueError:
        print("work: the group failed")
    await asyncio.sleep(0)
    print("work: goes on")


async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0.1)
    task.cancel()
    await asyncio.wait([task])
    print("main: cancelled?", task.cancelled())


asyncio.run(main())
