"""Run a second loop while the first one runs."""

import asyncio


async def work():
    return 42


def run(loop, coro):
    try:
        print(loop.run_until_complete(coro))
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


async def main():
    second = asyncio.new_event_loop()
    coro = work()
    run(second, coro)
    coro.close()
    second.close()


asyncio.run(main())
