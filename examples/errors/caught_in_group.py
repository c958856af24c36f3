"""Catch the exception of a task in a group."""

import asyncio


async def work():
    raise ValueError("bad page")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(work())
    except* ValueError as failures:
        print(failures.exceptions)


try:
    asyncio.run(main())
except Exception as error:
    print(f"{type(error).__name__}: {error}")
