"""Give each server one second, and say once that it is over."""

import asyncio


async def ask(server, seconds):
    await asyncio.sleep(seconds)
    return f"{server} answers"


async def main():
    tasks = [
        asyncio.create_task(asyncio.wait_for(ask("near", 0.2), 1)),
        asyncio.create_task(asyncio.wait_for(ask("far", 0.7), 1)),
        asyncio.create_task(asyncio.wait_for(ask("lost", 60), 1)),
    ]
    for answer in await asyncio.gather(*tasks, return_exceptions=True):
        if not isinstance(answer, TimeoutError):
            print(answer)
    print("time is up")


asyncio.run(main())
