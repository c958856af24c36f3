"""Let a thread put items into a queue of the event loop."""

import asyncio
import threading


def read_sensor(loop, queue):
    for value in [20, 21, 22]:
        loop.call_soon_threadsafe(queue.put_nowait, value)


async def main():
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()
    thread = threading.Thread(target=read_sensor, args=(loop, queue))
    thread.start()
    for _ in range(3):
        print("degrees:", await queue.get())
    await asyncio.to_thread(thread.join)


asyncio.run(main())
