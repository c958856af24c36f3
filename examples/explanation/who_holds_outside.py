"""Forget a task that waits for a thread or a process."""

import asyncio
import gc
import sys
import time

from holders import report


async def wait_for_process():
    process = await asyncio.create_subprocess_exec(
        *[sys.executable, "-c", "input()"],
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        await process.wait()
    finally:
        process.kill()
        await process.wait()


async def main():
    gc.disable()
    waits = {
        "to_thread()": asyncio.to_thread(time.sleep, 1),
        "process.wait()": wait_for_process(),
    }
    names = list(waits)
    for name in names:
        asyncio.create_task(waits.pop(name), name=name)
    await asyncio.sleep(0.3)
    report(names)


asyncio.run(main())
