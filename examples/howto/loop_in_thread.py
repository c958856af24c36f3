"""Keep an event loop in a thread, hand it work, and stop it."""

import asyncio
import concurrent.futures
import contextlib
import threading


async def serve(ready):
    stop = asyncio.Event()
    ready.set_result((asyncio.get_running_loop(), stop))
    await stop.wait()


@contextlib.contextmanager
def loop_in_thread():
    ready = concurrent.futures.Future()
    thread = threading.Thread(target=asyncio.run, args=(serve(ready),))
    thread.start()
    loop, stop = ready.result()
    try:
        yield loop
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


async def fetch(name, seconds):
    try:
        await asyncio.sleep(seconds)
        return f"page of {name}"
    finally:
        print(f"{name}: closes its connection")


with loop_in_thread() as loop:
    news = asyncio.run_coroutine_threadsafe(fetch("news", 10), loop)
    mail = asyncio.run_coroutine_threadsafe(fetch("mail", 0.05), loop)
    print("result:", mail.result())
print("news cancelled?", news.cancelled())
