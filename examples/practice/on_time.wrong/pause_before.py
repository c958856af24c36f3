# fails: prints "begins 1" at 0 s
import asyncio

TAKES = {1: 0.2, 2: 0.5, 3: 0.3}  # seconds


async def measure(number):
    print("begins", number)
    await asyncio.sleep(TAKES[number])
    print("measured", number)


async def main():
    for number in (1, 2, 3):
        await asyncio.sleep(1)
        await measure(number)


asyncio.run(main())
