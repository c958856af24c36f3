"""Await a coroutine object that a task runs at this moment."""

import asyncio


async def work():
    await asyncio.sleep(0.05)
    return "done"


async def main():
    coro = work()
    task = asyncio.create_task(coro)
    await asyncio.sleep(0)
    try:
        print(await coro)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    print(await task)


asyncio.run(main())
