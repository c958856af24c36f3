"""Let the timers of the loop create the tasks."""

import asyncio

TAKES = {1: 0.2, 2: 0.5, 3: 0.3}  # seconds


async def measure(number):
    print("begins", number)
    await asyncio.sleep(TAKES[number])
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
