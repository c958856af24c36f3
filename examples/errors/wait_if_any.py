"""Wait only if there are tasks."""

import asyncio


async def main():
    tasks = set()
    try:
        if tasks:
            await asyncio.wait(tasks)
        print("main: goes on")
    except ValueError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
