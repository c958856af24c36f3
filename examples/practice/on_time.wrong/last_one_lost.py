# fails: prints "measured 3" at 2.4 s
import asyncio
import random

random.seed(3)  # so that all runs are alike


async def measure(number):
    print("begins", number)
    await asyncio.sleep(round(random.uniform(0.2, 0.8), 1))
    print("measured", number)


async def main():
    tasks = []
    for number in (1, 2, 3):
        tasks.append(asyncio.create_task(measure(number)))
        await asyncio.sleep(1 if number < 3 else 0)


asyncio.run(main())
