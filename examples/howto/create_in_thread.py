"""Try to create a task in a thread that runs no event loop."""

import asyncio


async def fetch(number):
    await asyncio.sleep(0.05)
    return number * 2


def plain_function():
    coro = fetch(21)
    try:
        asyncio.create_task(coro)
    except RuntimeError as error:
        print("in the thread:", error)
        coro.close()


async def main():
    await asyncio.to_thread(plain_function)


asyncio.run(main())
