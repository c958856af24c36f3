import asyncio


async def count():
    for number in (1, 2, 3):
        print("counted", number)
        await asyncio.sleep(0)


async def watch():
    for number in (1, 2, 3):
        print("watched", number)
        await asyncio.sleep(0)


async def main():
    tasks = [asyncio.create_task(count()), asyncio.create_task(watch())]
    for task in tasks:
        await task


asyncio.run(main())
