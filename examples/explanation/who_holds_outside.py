"""Forget a task that waits for a thread or a process."""

import asyncio
import gc
import sys
import time

from holders import report


async def wait_for_process(started):
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
    started = asyncio.Event()
    waits = {
        "to_thread()": asyncio.to_thread(time.sleep, 1),
        "process.wait()": wait_for_process(started),
    }
    names = list(waits)
    for name in names:
        asyncio.create_task(waits.pop(name), name=name)
    await started.wait()
    await asyncio.sleep(0.1)
    report(names)


asyncio.run(main())
