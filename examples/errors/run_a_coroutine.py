"""Run a coroutine object, which awaits an awaitable."""

import asyncio


class Answer:
    def __await__(self):
        return (yield from asyncio.sleep(0, 42).__await__())


async def main():
    print(await Answer())


asyncio.run(main())
