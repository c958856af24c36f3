"""Press Ctrl+C, and see how the tasks end."""

import asyncio
import signal


async def work(name):
    try:
        await asyncio.sleep(1)
    finally:
        print(f"{name}: cleans up")


async def main():
    other = asyncio.create_task(work("other"))
    loop = asyncio.get_running_loop()
    # As if you pressed Ctrl+C during the wait below:
    loop.call_later(0.05, signal.raise_signal, signal.SIGINT)
    try:
        await work("main")
    finally:
        print("main: ends, other done?", other.done())


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("stopped by Ctrl+C")
