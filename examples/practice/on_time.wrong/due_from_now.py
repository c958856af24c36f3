# fails: prints "begins 2" at 1 s
import asyncio

TAKES = {1: 0.2, 2: 0.5, 3: 0.3}  # seconds


async def measure(number):
    print("begins", number)
    await asyncio.sleep(TAKES[number])
    print("measured", number)


async def main():
    loop = asyncio.get_running_loop()
    for number in (1, 2, 3):
        await measure(number)
        due = loop.time() + 1
        await asyncio.sleep(due - loop.time())


asyncio.run(main())
