"""Hand a coroutine object to run_coroutine_threadsafe()."""

import asyncio


async def work():
    return 42


async def main():
    loop = asyncio.get_running_loop()
    try:
        future = asyncio.run_coroutine_threadsafe(work(), loop)
        print(await asyncio.wrap_future(future))
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
