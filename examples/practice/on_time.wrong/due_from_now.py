# fails: prints "begins 2" at 1 s
import asyncio
import random

random.seed(3)  # so that all runs are alike


async def measure(number):
    print("begins", number)
    await asyncio.sleep(round(random.uniform(0.2, 0.8), 1))
    print("measured", number)


async def main():
    loop = asyncio.get_running_loop()
    for number in (1, 2, 3):
        await measure(number)
        due = loop.time() + 1
        await asyncio.sleep(due - loop.time())


asyncio.run(main())
