"""Measure every second, and drift."""

import asyncio
import random

random.seed(3)  # so that all runs are alike


async def measure(number):
    print("begins", number)
    await asyncio.sleep(round(random.uniform(0.2, 0.8), 1))
    print("measured", number)


async def main():
    for number in (1, 2, 3):
        await measure(number)
        await asyncio.sleep(1)


asyncio.run(main())
