# fails: ends by 1 s
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
    for task in tasks:
        print(await task)
    print("time is up")


asyncio.run(main())
