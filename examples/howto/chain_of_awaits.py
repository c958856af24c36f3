"""Follow what a task awaits, down to the last coroutine."""

import asyncio
import inspect


async def connect(ready):
    await ready.wait()


async def fetch(ready):
    await connect(ready)


async def main():
    ready = asyncio.Event()
    task = asyncio.create_task(fetch(ready))
    await asyncio.sleep(0)
    coro = task.get_coro()
    while inspect.iscoroutine(coro):
        print("in", coro.__qualname__)
        coro = coro.cr_await
    ready.set()
    await task


asyncio.run(main())
