# fails: cancels 1
"""Print the answers, and cancel nothing."""

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
    done, pending = await asyncio.wait(tasks, timeout=1)
    for task in tasks:
        if task in done:
            print(task.result())
    print("time is up")


asyncio.run(main())
