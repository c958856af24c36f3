"""Run a task in a context of your own, and read it afterwards."""

import asyncio
import contextvars

user = contextvars.ContextVar("user")


async def log_in(name):
    user.set(name)


async def main():
    user.set("nobody")
    context = contextvars.copy_context()
    task = asyncio.create_task(log_in("alice"), context=context)
    await task
    print("the context holds", context[user])
    print("main still sees", user.get())


asyncio.run(main())
