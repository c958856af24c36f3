"""Try to create a task with wrong arguments."""

import asyncio


async def work():
    return 42


async def main():
    coro = work()
    try:
        asyncio.create_task(coro, "fetch")
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")
    try:
        asyncio.create_task(coro, bogus="fetch")
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")
    coro.close()


asyncio.run(main())
