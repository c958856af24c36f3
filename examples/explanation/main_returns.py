"""Return from main() before a task is done."""

import asyncio


async def save():
    try:
        for part in range(1, 4):
            print("save: part", part)
            await asyncio.sleep(0)
    except asyncio.CancelledError:
        print("save: cancelled")
        raise


async def main():
    task = asyncio.create_task(save())
    print("main: returns; done?", task.done())


asyncio.run(main())
