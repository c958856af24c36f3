"""Enter a semaphore with the wrong kind of with."""

import asyncio


async def work(limit):
    with limit:
        return 42


async def main():
    try:
        print(await work(asyncio.Semaphore(2)))
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
