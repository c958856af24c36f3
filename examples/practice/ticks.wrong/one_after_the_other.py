# fails: prints "tick 1" at 1 s
"""A clock ticks while a report is made."""

import asyncio


async def tick():
    for number in (1, 2, 3):
        await asyncio.sleep(1)
        print("tick", number)


async def report():
    await asyncio.sleep(2.5)
    print("report done")


async def main():
    await report()
    await tick()


asyncio.run(main())
