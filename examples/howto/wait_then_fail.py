"""Stop waiting for a task after a time, and catch its error later."""

import asyncio


async def save():
    await asyncio.sleep(0.5)
    raise ValueError("bad data")


async def main():
    task = asyncio.create_task(save())
    done, pending = await asyncio.wait([task], timeout=0.05)
    if pending:
        print("main: timed out")
    try:
        await task
    except ValueError as error:
        print("main: caught:", error)


asyncio.run(main())
