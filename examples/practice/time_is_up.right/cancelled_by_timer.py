"""Let a timer cancel what is left."""

import asyncio


async def ask(server, seconds):
    await asyncio.sleep(seconds)
    return f"{server} answers"


async def main():
    tasks = [
        asyncio.create_task(ask("near", 0.2)),
        asyncio.create_task(ask("far", 0.7)),
        asyncio.create_task(ask("lost", 60)),
    ]
    loop = asyncio.get_running_loop()
    for task in tasks:
        loop.call_later(1, task.cancel)
    for task in tasks:
        try:
            print(await task)
        except asyncio.CancelledError:
            print("time is up")


asyncio.run(main())
