"""Forget a task that waits for a thread or a process."""

import asyncio
import gc
import queue
import sys

from holders import report

started = asyncio.Event()
release = queue.SimpleQueue()


async def wait_for_process():
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-c", "input()"],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    started.set()
    try:
        await process.wait()
    finally:
        process.kill()
        await process.wait()


async def main():
    gc.disable()
    coro = asyncio.to_thread(release.get)
    asyncio.create_task(coro, name="to_thread()")
    del coro
    asyncio.create_task(wait_for_process(), name="process.wait()")
    await started.wait()
    await asyncio.sleep(0.1)
    report(["to_thread()", "process.wait()"])
    release.put(None)


asyncio.run(main())
