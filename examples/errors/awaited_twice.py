"""Try to await one coroutine object twice."""

import asyncio


async def work():
    return 42


async def main():
    job = work()
    print(await job)
    try:
        print(await job)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
