"""At SIGTERM or Ctrl+C, cancel the tasks and wait until they end."""

import asyncio
import signal


async def serve(name):
    try:
        await asyncio.sleep(1)
    finally:
        await asyncio.sleep(0.05)
        print(f"{name}: has cleaned up")


async def main():
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(serve("mail"))]
    # As if the service manager stopped the program:
    loop.call_later(0.05, signal.raise_signal, signal.SIGTERM)

    await stop.wait()
    print("main: stops")
    for task in tasks:
        task.cancel()
    done, pending = await asyncio.wait(tasks, timeout=5)
    print("main: ends, still running:", len(pending))


asyncio.run(main())
