"""Forget a task in each kind of wait, and ask who holds it."""

import asyncio
import gc

from holders import report


async def grouped(coro):
    async with asyncio.TaskGroup() as group:
        group.create_task(coro)


async def shielded(coro):
    await asyncio.shield(coro)


async def main():
    gc.disable()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    waits = {
        "sleep": asyncio.sleep(9),
        "event": asyncio.Event().wait(),
        "queue": asyncio.Queue().get(),
        "semaphore": asyncio.Semaphore(0).acquire(),
        "wait_for(event)": asyncio.wait_for(asyncio.Event().wait(), 9),
        "group of sleep": grouped(asyncio.sleep(9)),
        "group of event": grouped(asyncio.Event().wait()),
        "shield(sleep)": shielded(asyncio.sleep(9)),
        "shield(event)": shielded(asyncio.Event().wait()),
    }
    names = list(waits)
    for name in names:
        asyncio.create_task(waits.pop(name), name=name)
    await asyncio.sleep(0.05)
    report(names)


asyncio.run(main())
