# fails: prints "bye" only after "connections closed"
"""Let main() wait for a time instead of the task."""

import asyncio
import signal


async def serve():
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0.5)
        print("connections closed")


async def main():
    loop = asyncio.get_running_loop()
    # As if you pressed Ctrl+C after one second:
    loop.call_later(1, signal.raise_signal, signal.SIGINT)
    t = asyncio.create_task(serve())
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        t.cancel()
        await asyncio.sleep(0.51)
        raise
    print("served enough")


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("bye")
