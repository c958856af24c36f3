"""Give each task its own value of a context variable."""

import asyncio
import contextvars

user = contextvars.ContextVar("user")


async def handle_request(name):
    user.set(name)
    await asyncio.sleep(0.05)
    print(name, "sees", user.get())


async def main():
    user.set("main")
    await asyncio.gather(handle_request("alice"), handle_request("bob"))
    print("main still sees", user.get())


asyncio.run(main())
