import asyncio
import random

random.seed(3)  # so that all runs are alike


async def measure(number):
    print("begins", number)
    await asyncio.sleep(round(random.uniform(0.2, 0.8), 1))
    print("measured", number)


async def later(number):
    await asyncio.sleep(number - 1)
    await measure(number)


async def main():
    await asyncio.gather(*map(later, (1, 2, 3)))


asyncio.run(main())
