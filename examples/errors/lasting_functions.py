"""Call the functions that replace those that will be removed."""

import asyncio
import inspect


async def work():
    return 42


print(inspect.iscoroutinefunction(work))
with asyncio.Runner(loop_factory=asyncio.new_event_loop) as runner:
    print(runner.run(work()))
