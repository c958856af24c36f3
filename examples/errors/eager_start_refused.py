"""Try to start a task eagerly where that is not known yet."""

# /// script
# requires-python = "<3.13.3"
# ///

import asyncio


async def work():
    return 42


async def main():
    coro = work()
    try:
        asyncio.create_task(coro, eager_start=True)
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")
    coro.close()


asyncio.run(main())
