"""Await something that never suspends."""

import asyncio


async def pause():
    pass


async def count(name):
    for number in range(3):
        print(f"{name}{number}")
        await pause()


async def main():
    tasks = [asyncio.create_task(count(name)) for name in "abc"]
    print("main: created, not started")
    for task in tasks:
        await task


asyncio.run(main())
