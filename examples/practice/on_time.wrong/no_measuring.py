# fails: prints "measured 2" at 1.5 s
import asyncio

TAKES = {1: 0.2, 2: 0.5, 3: 0.3}  # seconds


async def measure(number):
    print("begins", number)
    print("measured", number)


async def main():
    for number in (1, 2, 3):
        await measure(number)
        await asyncio.sleep(1)


asyncio.run(main())
