"""Wait for an empty set of tasks."""

import asyncio


async def main():
    tasks = set()
    try:
        await asyncio.wait(tasks)
        print("main: goes on")
    except ValueError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
