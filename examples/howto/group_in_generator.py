"""Keep a task group in an asynchronous generator, and close it early."""

import asyncio


async def numbers():
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(0.05))
        yield 1
        yield 2


async def main():
    generator = numbers()
    print("first:", await anext(generator))
    try:
        await generator.aclose()
        print("closed quietly")
    except BaseExceptionGroup as group:
        print("aclose() raised", repr(group))


asyncio.run(main())
