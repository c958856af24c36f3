"""Try to create a task from a thread that runs no loop."""

import asyncio


async def work():
    return 42


def in_thread():
    coro = work()
    try:
        asyncio.create_task(coro)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    coro.close()


async def main():
    await asyncio.to_thread(in_thread)


asyncio.run(main())
