"""Use a runner after its block."""

import asyncio


async def work():
    return 42


coro = work()
with asyncio.Runner() as runner:
    print(runner.run(work()))
try:
    print(runner.run(coro))
except RuntimeError as error:
    print(f"{type(error).__name__}: {error}")
coro.close()
