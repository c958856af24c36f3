"""Try to await every task, the current one included."""

import asyncio


async def work():
    return 42


async def main():
    job = asyncio.create_task(work())
    try:
        tasks = sorted(asyncio.all_tasks(), key=asyncio.Task.get_name)
        for task in tasks:
            await task
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    print(await job)


asyncio.run(main())
