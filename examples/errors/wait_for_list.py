"""Hand a list of one task to asyncio.wait()."""

import asyncio


async def work():
    return 42


async def main():
    task = asyncio.create_task(work())
    try:
        done, pending = await asyncio.wait([task])
        print("done:", len(done))
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
