"""Submit two coroutines that fail, and ask one of them how it ended."""

import asyncio


async def import_mail(name):
    await asyncio.sleep(0.05)
    raise ValueError(name)


def report(future):
    if not future.cancelled() and (error := future.exception()):
        print("failed:", repr(error))


def submit(loop):
    coro = import_mail("forgotten")
    asyncio.run_coroutine_threadsafe(coro, loop)
    coro = import_mail("watched")
    future = asyncio.run_coroutine_threadsafe(coro, loop)
    future.add_done_callback(report)


async def main():
    await asyncio.to_thread(submit, asyncio.get_running_loop())
    await asyncio.sleep(0.5)
    print("main: ends")


asyncio.run(main())
