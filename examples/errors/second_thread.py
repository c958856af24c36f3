"""Run a second loop in a thread of its own."""

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
    await asyncio.to_thread(run, second, coro)
    coro.close()
    second.close()


asyncio.run(main())
