"""Press Ctrl+C three times, while the tasks clean up."""

import asyncio
import signal


async def work(name):
    try:
        await asyncio.sleep(10)
    finally:
        print(f"{name}: cleans up")
        await asyncio.sleep(0.2)
        print(f"{name}: has cleaned up")


async def main():
    other = asyncio.create_task(work("other"))
    loop = asyncio.get_running_loop()
    # As if you pressed Ctrl+C three times:
    for seconds in (0.05, 0.1, 0.15):
        loop.call_later(seconds, signal.raise_signal, signal.SIGINT)
    await work("main")


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("stopped by Ctrl+C")
