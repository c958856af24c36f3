"""List the tasks that are not done yet."""

import asyncio


async def fetch(stop):
    await stop.wait()


async def main():
    stop = asyncio.Event()
    tasks = [
        asyncio.create_task(fetch(stop), name=f"fetch:{user}")
        for user in ["alice", "bob"]
    ]
    print("current:", asyncio.current_task().get_name())
    for task in sorted(asyncio.all_tasks(), key=asyncio.Task.get_name):
        print(task.get_name(), "runs", task.get_coro().__name__)
    stop.set()
    await asyncio.gather(*tasks)
    print("tasks left:", len(asyncio.all_tasks()))


asyncio.run(main())
