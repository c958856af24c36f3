"""Use a time limit in a task that a callback creates."""

import asyncio

tasks = []


async def fetch():
    async with asyncio.timeout(1):
        print("fetched")


def callback():
    tasks.append(asyncio.create_task(fetch()))


async def main():
    asyncio.get_running_loop().call_soon(callback)
    await asyncio.sleep(0)
    await asyncio.gather(*tasks)


asyncio.run(main())
