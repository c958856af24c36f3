"""Enter a task group twice, and one outside a task."""

import asyncio


async def main():
    group = asyncio.TaskGroup()
    for number in (1, 2):
        try:
            async with group:
                print("block", number)
        except RuntimeError as error:
            print(f"{type(error).__name__}: {error}")


async def enter():
    async with asyncio.TaskGroup():
        print("block")


def outside_task():
    try:
        enter().send(None)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


async def start():
    asyncio.get_running_loop().call_soon(outside_task)
    await asyncio.sleep(0.05)


asyncio.run(main())
asyncio.run(start())
