"""Try to hand a coroutine to asyncio.wait()."""

import asyncio


async def work():
    return 42


async def main():
    job = work()
    try:
        done, pending = await asyncio.wait([job])
        print("done:", len(done), "pending:", len(pending))
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")
    job.close()


asyncio.run(main())
