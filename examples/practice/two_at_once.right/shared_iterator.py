import asyncio


async def download(number):
    await asyncio.sleep(1)
    print("downloaded", number)


async def work(numbers):
    for number in numbers:
        await download(number)


async def main():
    numbers = iter(range(1, 7))
    async with asyncio.TaskGroup() as group:
        group.create_task(work(numbers))
        group.create_task(work(numbers))
    print("all done")


asyncio.run(main())
