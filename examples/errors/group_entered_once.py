"""Make a task group for each block, inside a task."""

import asyncio


async def enter(number):
    try:
        async with asyncio.TaskGroup():
            print("block", number)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


async def main():
    for number in (1, 2):
        await enter(number)
    await asyncio.create_task(enter(3))


asyncio.run(main())
