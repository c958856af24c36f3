"""Await every task but the current one."""

import asyncio


async def work():
    return 42


async def main():
    job = asyncio.create_task(work())
    try:
        me = asyncio.current_task()
        for task in asyncio.all_tasks() - {me}:
            await task
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    print(await job)


asyncio.run(main())
