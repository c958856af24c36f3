"""Try to create a task on a loop that is closed."""

import asyncio


async def work():
    return 42


loop = asyncio.new_event_loop()
loop.close()
coro = work()
try:
    task = loop.create_task(coro)
    print(loop.run_until_complete(task))
except RuntimeError as error:
    print(f"{type(error).__name__}: {error}")
coro.close()
