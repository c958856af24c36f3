import asyncio

TAKES = {1: 0.2, 2: 0.5, 3: 0.3}  # seconds


async def measure(number):
    print("begins", number)
    await asyncio.sleep(TAKES[number])
    print("measured", number)


async def later(number):
    await asyncio.sleep(number - 1)
    await measure(number)


async def main():
    await asyncio.gather(*map(later, (1, 2, 3)))


asyncio.run(main())
