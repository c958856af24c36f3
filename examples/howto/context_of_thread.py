"""See whose values a task has that another thread submits."""

import asyncio
import contextvars

user = contextvars.ContextVar("user")


async def report(way):
    print(f"{way}: {user.get()}")


def submit(loop):
    user.set("thread")
    coro = report("run_coroutine_threadsafe()")
    asyncio.run_coroutine_threadsafe(coro, loop).result()


async def main():
    user.set("main")
    await asyncio.gather(report("gather()"))
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(submit, loop)


asyncio.run(main())
