"""Set a context variable in a coroutine that wait_for() runs."""

import asyncio
import contextvars

user = contextvars.ContextVar("user", default="nobody")


async def log_in(name):
    user.set(name)


async def main():
    await asyncio.wait_for(log_in("alice"), 1)
    print("main sees", user.get())


asyncio.run(main())
