"""Set the result of a task."""

import asyncio


async def work():
    await asyncio.sleep(1)


async def main():
    task = asyncio.create_task(work())
    try:
        task.set_result(42)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
