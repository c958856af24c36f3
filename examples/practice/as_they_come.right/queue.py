import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    return page


async def put(queue, task):
    await queue.put(await task)


async def main():
    tasks = [
        asyncio.create_task(fetch("slow", 3)),
        asyncio.create_task(fetch("quick", 1)),
        asyncio.create_task(fetch("usual", 2)),
    ]
    queue = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for task in tasks:
            group.create_task(put(queue, task))
        for _ in tasks:
            print("got", await queue.get())


asyncio.run(main())
