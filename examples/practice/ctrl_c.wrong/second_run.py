# fails: runs asyncio once
"""Close the connections in a second run."""

import asyncio
import signal


async def serve():
    await asyncio.sleep(60)


async def close():
    await asyncio.sleep(0.5)
    print("connections closed")


async def main():
    loop = asyncio.get_running_loop()
    # As if you pressed Ctrl+C after one second:
    loop.call_later(1, signal.raise_signal, signal.SIGINT)
    await asyncio.create_task(serve())
    print("served enough")


try:
    asyncio.run(main())
except KeyboardInterrupt:
    asyncio.run(close())
    print("bye")
