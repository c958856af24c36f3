"""Ask a task for its outcome when it is done."""

import asyncio


async def work():
    return 42


async def main():
    task = asyncio.create_task(work())
    await task
    for ask in (task.result, task.exception):
        try:
            print(ask())
        except asyncio.InvalidStateError as error:
            print(f"{type(error).__name__}: {error}")


asyncio.run(main())
