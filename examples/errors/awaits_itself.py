"""Try to await every task, the current one included."""

import asyncio


async def work():
    return 42


async def main():
    job = asyncio.create_task(work())
    try:
        for task in asyncio.all_tasks():
            await task
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    print(await job)


asyncio.run(main())
