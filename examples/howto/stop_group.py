"""Stop a group by cancelling each of its tasks."""

import asyncio


async def listen(channel):
    print("listening to", channel)
    await asyncio.sleep(10)


async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(listen("mail")),
            group.create_task(listen("news")),
        ]
        await asyncio.sleep(0.05)
        print("stopping")
        for task in tasks:
            task.cancel()
    print("cancelled:", [task.cancelled() for task in tasks])


asyncio.run(main())
