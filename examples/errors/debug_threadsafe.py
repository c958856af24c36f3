"""Hand a coroutine to the loop of another thread."""

import asyncio
import logging

# Debug mode logs slow steps, and tasks that are lost.
logging.disable()


async def work():
    return 42


def in_thread(loop):
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    print(future.result())


async def main():
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(in_thread, loop)


asyncio.run(main(), debug=True)
