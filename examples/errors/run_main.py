"""Create the task in main(), and let asyncio.run() make the loop."""

import asyncio


async def work():
    return 42


async def main():
    task = asyncio.create_task(work())
    print(await task)


asyncio.run(main())
