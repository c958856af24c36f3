"""Say of each item once that it is done."""

import asyncio


async def main():
    queue = asyncio.Queue()
    queue.put_nowait("item")
    try:
        print(await queue.get())
        queue.task_done()
    except ValueError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
