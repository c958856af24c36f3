import asyncio


async def count(there, back):
    for number in (1, 2, 3):
        print("counted", number)
        await there.put(number)
        await back.get()


async def watch(there, back):
    for _ in range(3):
        number = await there.get()
        print("watched", number)
        await back.put(number)


async def main():
    queues = asyncio.Queue(), asyncio.Queue()
    await asyncio.gather(count(*queues), watch(*queues))


asyncio.run(main())
