# fails: prints "near answers" before "time is up"
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
    try:
        async with asyncio.timeout(1):
            for answer in await asyncio.gather(*tasks, return_exceptions=True):
                print(answer)
    except TimeoutError:
        print("time is up")


asyncio.run(main())
