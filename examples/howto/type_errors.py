"""Make four mistakes with types that mypy finds."""

import asyncio
from collections.abc import Awaitable


async def count(text: str) -> int:
    return len(text)


def start(number: Awaitable[int]) -> asyncio.Task[int]:
    return asyncio.create_task(number)


async def main() -> None:
    words: asyncio.Task[str] = asyncio.create_task(count("a b"))
    total = count("a") + 1
    count("forgotten")


print("This program is for mypy.")
