"""Use a task factory that raises."""

import asyncio


async def work():
    return 42


def factory(_loop, _coro, **_options):
    raise ValueError("no more tasks")


async def main():
    asyncio.get_running_loop().set_task_factory(factory)
    coro = work()
    try:
        await asyncio.create_task(coro)
    except ValueError as error:
        print(f"{type(error).__name__}: {error}")
    print("awaited instead:", await coro)
    asyncio.get_running_loop().set_task_factory(None)


asyncio.run(main())
