import asyncio


async def count(counted, watched):
    for number in (1, 2, 3):
        print("counted", number)
        counted.set()
        await watched.wait()
        watched.clear()


async def watch(counted, watched):
    for number in (1, 2, 3):
        await counted.wait()
        counted.clear()
        print("watched", number)
        watched.set()


async def main():
    events = asyncio.Event(), asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(count(*events))
        group.create_task(watch(*events))


asyncio.run(main())
