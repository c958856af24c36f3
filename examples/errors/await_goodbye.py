"""Await the clean-up instead of starting a task for it."""

import asyncio


async def fail():
    raise ValueError("bad data")


async def say_goodbye():
    await asyncio.sleep(0)
    print("goodbye")


async def listen():
    try:
        await asyncio.sleep(1)
    finally:
        await say_goodbye()


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(listen())
        group.create_task(fail())


try:
    asyncio.run(main())
except* ValueError:
    print("the group has failed")
