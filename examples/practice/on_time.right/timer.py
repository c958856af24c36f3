import asyncio
import random

random.seed(3)  # so that all runs are alike


async def measure(number):
    print("begins", number)
    await asyncio.sleep(round(random.uniform(0.2, 0.8), 1))
    print("measured", number)


async def wait_until(when):
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    loop.call_at(when, over.set)
    await over.wait()


async def main():
    began = asyncio.get_running_loop().time()
    for number in (1, 2, 3):
        await wait_until(began + number - 1)
        await measure(number)


asyncio.run(main())
