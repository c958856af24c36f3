"""Hand a coroutine to the event loop of another thread."""

import asyncio


async def fetch(number):
    await asyncio.sleep(0.05)
    return number * 2


def plain_function(loop):
    coro = fetch(21)
    future = asyncio.run_coroutine_threadsafe(coro, loop)
    print("in the thread:", future.result())


async def main():
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(plain_function, loop)


asyncio.run(main())
