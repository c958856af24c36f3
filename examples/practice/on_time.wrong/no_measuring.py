# fails: prints "measured 2" at 1.5 s
import asyncio
import random

random.seed(3)  # so that all runs are alike


async def measure(number):
    print("begins", number)
    print("measured", number)


async def main():
    for number in (1, 2, 3):
        await measure(number)
        await asyncio.sleep(1)


asyncio.run(main())
