"""Hand a task to asyncio.wait()."""

import asyncio


async def work():
    return 42


async def main():
    job = asyncio.create_task(work())
    try:
        done, pending = await asyncio.wait([job])
        print("done:", len(done), "pending:", len(pending))
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
