"""See what becomes of a task when main() returns first."""

import asyncio


async def save():
    print("save: starts")
    try:
        await asyncio.sleep(0.05)
        print("save: ends")
    except asyncio.CancelledError:
        print("save: cancelled")
        raise


async def main():
    task = asyncio.create_task(save())
    print("main: returns, task done?", task.done())


asyncio.run(main())
