"""Start and stop a background task with a web application."""

import asyncio
import contextlib


async def refresh():
    while True:
        print("refresh: reads the data again")
        await asyncio.sleep(1)


@contextlib.asynccontextmanager
async def lifespan(_app):
    task = asyncio.create_task(refresh(), name="refresh")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])
        print("refresh: stopped", task.cancelled())


async def server():
    async with lifespan(None):
        print("server: answers requests")
        await asyncio.sleep(0.1)
    print("server: ends")


if __name__ == "__main__":
    asyncio.run(server())
