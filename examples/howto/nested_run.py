"""Try asyncio.run() where an event loop runs already."""

import asyncio


async def fetch():
    await asyncio.sleep(0.05)
    return 42


async def main():
    coro = fetch()
    try:
        asyncio.run(coro)
    except RuntimeError as error:
        print("run:", error)
    print("await:", await coro)


asyncio.run(main())
