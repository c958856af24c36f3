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
        text, _, _ = str(error).partition(":")
        print(f"{type(error).__name__}: {text}")
    print(await job)


asyncio.run(main())
