"""Keep an event loop at the top level of a program."""

import asyncio


async def work():
    return 42


with asyncio.Runner() as runner:
    loop = runner.get_loop()
    task = loop.create_task(work())
    print(loop.run_until_complete(task))
