"""Replace a coroutine function by an AsyncMock in a test."""

import asyncio
from unittest.mock import AsyncMock


async def greet(fetch_name):
    return f"Hello, {await fetch_name(7)}!"


async def main():
    fetch_name = AsyncMock(return_value="Ann")
    task = asyncio.create_task(greet(fetch_name))
    print(await task)
    fetch_name.assert_awaited_once_with(7)

    fetch_name.side_effect = TimeoutError("too slow")
    task = asyncio.create_task(greet(fetch_name))
    await asyncio.wait([task])
    print("failed:", task.exception())


asyncio.run(main())
