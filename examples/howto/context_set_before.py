"""Set a variable before creating the task that should see it."""

import asyncio
import contextvars

user = contextvars.ContextVar("user")


async def handle_request():
    print("the task sees", user.get())


async def main():
    user.set("alice")
    user.set("bob")
    task = asyncio.create_task(handle_request())
    await task


asyncio.run(main())
