# fails: prints "measured 3" at 2.3 s
import asyncio

TAKES = {1: 0.2, 2: 0.5, 3: 0.3}  # seconds


async def measure(number):
    print("begins", number)
    await asyncio.sleep(TAKES[number])
    print("measured", number)


async def main():
    tasks = []
    for number in (1, 2, 3):
        tasks.append(asyncio.create_task(measure(number)))
        await asyncio.sleep(1 if number < 3 else 0)


asyncio.run(main())
