"""Measure every second, on time."""

import asyncio

TAKES = {1: 0.2, 2: 0.5, 3: 0.3}  # seconds


async def measure(number):
    print("begins", number)
    await asyncio.sleep(TAKES[number])
    print("measured", number)


async def main():
    loop = asyncio.get_running_loop()
    due = loop.time()
    for number in (1, 2, 3):
        await measure(number)
        due += 1
        await asyncio.sleep(due - loop.time())


asyncio.run(main())
