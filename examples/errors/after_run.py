"""Ask for the event loop after asyncio.run() has ended."""

import asyncio


async def work():
    return 42


async def main():
    print(await work())


asyncio.run(main())
coro = work()
for attempt in (
    lambda: asyncio.get_event_loop(),
    lambda: asyncio.ensure_future(coro),
    lambda: asyncio.gather(coro),
):
    try:
        attempt()
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
coro.close()
