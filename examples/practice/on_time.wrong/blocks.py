# fails: never blocks
import asyncio
import random
import time

random.seed(3)  # so that all runs are alike


async def measure(number):
    print("begins", number)
    time.sleep(round(random.uniform(0.2, 0.8), 1))
    print("measured", number)


async def main():
    loop = asyncio.get_running_loop()
    due = loop.time()
    for number in (1, 2, 3):
        await measure(number)
        due += 1
        await asyncio.sleep(due - loop.time())


asyncio.run(main())
