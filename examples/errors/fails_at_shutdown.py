"""Let a task fail while asyncio.run() cancels it."""

import asyncio


async def work():
    try:
        await asyncio.sleep(1)
    finally:
        raise ValueError("cannot save")


async def main():
    task = asyncio.create_task(work(), name="work")
    await asyncio.sleep(0.05)
    print("main: ends")


asyncio.run(main())
