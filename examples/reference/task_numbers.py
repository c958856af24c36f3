"""See the number that a named task does or does not use up."""

import asyncio


async def work():
    pass


async def main():
    for name in (None, "report", None):
        task = asyncio.create_task(work(), name=name)
        print(task.get_name())
        await task


asyncio.run(main())
