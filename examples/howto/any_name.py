"""Give tasks names that are no text, equal names, and later others."""

import asyncio


async def work():
    await asyncio.sleep(0.05)


async def main():
    first = asyncio.create_task(work(), name=7)
    second = asyncio.create_task(work(), name="7")
    print(repr(first.get_name()), repr(second.get_name()))
    await asyncio.wait([first, second])
    first.set_name("renamed")
    print(first.get_name(), second.get_name())


asyncio.run(main())
