"""Press Ctrl+C three times, while the tasks clean up."""

import asyncio
import logging
import signal

# Otherwise, asyncio also logs that a task was destroyed.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)


def press_ctrl_c():
    """Do so in a moment, as if you did."""
    loop = asyncio.get_running_loop()
    loop.call_later(0.05, signal.raise_signal, signal.SIGINT)


async def work(name):
    try:
        await asyncio.sleep(10)
    finally:
        print(f"{name}: cleans up")
        press_ctrl_c()
        await asyncio.sleep(0.2)
        print(f"{name}: has cleaned up")


async def main():
    other = asyncio.create_task(work("other"))
    press_ctrl_c()
    await work("main")


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("stopped by Ctrl+C")
