"""Let the timers of the loop create the tasks."""

import asyncio
import random

random.seed(3)  # so that all runs are alike


async def measure(number):
    print("begins", number)
    await asyncio.sleep(round(random.uniform(0.2, 0.8), 1))
    print("measured", number)


async def main():
    loop = asyncio.get_running_loop()
    tasks = []

    def begin(number):
        tasks.append(asyncio.create_task(measure(number)))

    for number in (1, 2, 3):
        loop.call_later(number - 1, begin, number)
    while len(tasks) < 3:
        await asyncio.sleep(0.5)
    await asyncio.wait(tasks)


asyncio.run(main())
