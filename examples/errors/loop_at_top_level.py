"""Ask for an event loop at the top level of a program."""

import asyncio


async def work():
    return 42


loop = asyncio.get_event_loop()
task = loop.create_task(work())
print(loop.run_until_complete(task))
