"""Stop waiting through a shield, and catch the task's error later."""

import asyncio


async def save():
    await asyncio.sleep(0.5)
    raise ValueError("bad data")


async def main():
    task = asyncio.create_task(save())
    try:
        async with asyncio.timeout(0.05):
            await asyncio.shield(task)
    except TimeoutError:
        print("main: timed out")
    try:
        await task
    except ValueError as error:
        print("main: caught:", error)


asyncio.run(main())
