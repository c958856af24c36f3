# /// script
# requires-python = ">=3.14"
# ///
"""Print what a task awaits, and who awaits it."""

import asyncio
import sys


async def connect(ready):
    await ready


async def client(ready):
    await connect(ready)


async def main():
    ready = asyncio.get_running_loop().create_future()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(client(ready), name="client")
        await asyncio.sleep(0.05)
        asyncio.print_call_graph(task, file=sys.stdout)
        ready.set_result(None)


asyncio.run(main())
