"""Await one task twice."""

import asyncio


async def work():
    return 42


async def main():
    job = asyncio.create_task(work())
    print(await job)
    try:
        print(await job)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
