import asyncio

TAKES = {1: 0.2, 2: 0.5, 3: 0.3}  # seconds


async def measure(number):
    print("begins", number)
    await asyncio.sleep(TAKES[number])
    print("measured", number)


async def main():
    async with asyncio.TaskGroup() as group:
        for number in (1, 2, 3):
            group.create_task(measure(number))
            await asyncio.sleep(1)


asyncio.run(main())
