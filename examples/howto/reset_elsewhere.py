"""Reset a context variable in a task that did not set it."""

import asyncio
import contextvars

user = contextvars.ContextVar("user", default="nobody")


async def log_out(token):
    user.reset(token)


async def main():
    token = user.set("alice")
    try:
        await asyncio.create_task(log_out(token))
    except ValueError as error:
        print("ValueError:", error)
    await log_out(token)
    print("in the same context:", user.get())


asyncio.run(main())
