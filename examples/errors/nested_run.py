"""Try to run a coroutine on a loop, inside a running one."""

import asyncio


async def work():
    return 42


async def main():
    loop = asyncio.get_running_loop()
    for run in (asyncio.run, loop.run_until_complete):
        coro = work()
        try:
            print(run(coro))
        except RuntimeError as error:
            print(f"{type(error).__name__}: {error}")
        coro.close()


asyncio.run(main())
