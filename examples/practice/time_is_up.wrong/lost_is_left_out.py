# fails: cancels 1
import asyncio


async def ask(server, seconds):
    await asyncio.sleep(seconds)
    return f"{server} answers"


async def main():
    tasks = [
        asyncio.create_task(ask("near", 0.2)),
        asyncio.create_task(ask("far", 0.7)),
    ]
    done, pending = await asyncio.wait(tasks)
    for task in tasks:
        if task in done:
            print(task.result())
    for task in pending:
        task.cancel()
    await asyncio.sleep(0.3)
    print("time is up")


asyncio.run(main())
