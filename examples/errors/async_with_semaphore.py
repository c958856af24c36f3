"""Enter a semaphore with async with."""

import asyncio


async def work(limit):
    async with limit:
        return 42


async def main():
    try:
        print(await work(asyncio.Semaphore(2)))
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
