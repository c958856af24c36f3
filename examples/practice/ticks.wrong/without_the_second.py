# fails: prints "tick 2" at 2 s
"""Leave out a tick."""

import asyncio


async def tick():
    for number in (1, 3):
        await asyncio.sleep(number if number == 1 else 2)
        print("tick", number)


async def report():
    await asyncio.sleep(2.5)
    print("report done")


async def main():
    await asyncio.gather(tick(), report())


asyncio.run(main())
