"""Create a task from another thread, in debug mode."""

import asyncio
import logging

# Debug mode logs slow steps, and tasks that are lost.
logging.disable()


async def work():
    return 42


def in_thread(loop):
    coro = work()
    try:
        loop.create_task(coro)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    coro.close()


async def main():
    loop = asyncio.get_running_loop()
    await asyncio.to_thread(in_thread, loop)


asyncio.run(main(), debug=True)
