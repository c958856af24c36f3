"""Annotate functions that take and return tasks."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any


async def count(text: str) -> int:
    await asyncio.sleep(0.01)
    return len(text)


def start(coro: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
    return asyncio.create_task(coro)


async def double(number: Awaitable[int]) -> int:
    return 2 * await number


async def main() -> None:
    task = start(count("asyncio"))
    print("double of a task:", await double(task))
    print("double of a coroutine:", await double(count("task")))


asyncio.run(main())
