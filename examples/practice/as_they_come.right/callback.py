import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    return page


async def main():
    tasks = [
        asyncio.create_task(fetch("slow", 3)),
        asyncio.create_task(fetch("quick", 1)),
        asyncio.create_task(fetch("usual", 2)),
    ]
    for task in tasks:
        task.add_done_callback(lambda t: print("got", t.result()))
    await asyncio.wait(tasks)


asyncio.run(main())
