"""See when a task copies the context."""

import asyncio
import contextvars

user = contextvars.ContextVar("user")


async def handle_request():
    print("the task sees", user.get())


async def main():
    user.set("alice")
    task = asyncio.create_task(handle_request())
    user.set("bob")
    await task


asyncio.run(main())
