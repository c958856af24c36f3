"""Use the event loop while asyncio.run() runs it."""

import asyncio


async def work():
    return 42


async def main():
    print(asyncio.get_running_loop().is_running())
    print(await asyncio.ensure_future(work()))
    print(await asyncio.gather(work()))


asyncio.run(main())
