"""Hand a coroutine function to call_soon(), in debug mode."""

import asyncio
import logging

# Debug mode logs slow steps as well.
logging.disable()


async def work():
    print("work: starts")


def start():
    task = asyncio.create_task(work())
    running.add(task)
    task.add_done_callback(running.discard)


async def main():
    loop = asyncio.get_running_loop()
    try:
        loop.call_soon(work)
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")
    await asyncio.sleep(0.05)


running = set()
asyncio.run(main(), debug=True)
