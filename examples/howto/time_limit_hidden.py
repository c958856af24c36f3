"""Let the time of two blocks run out, without a TimeoutError."""

import asyncio


async def save():
    try:
        await asyncio.sleep(10)
    finally:
        raise ValueError("cannot save")


async def load():
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        return "half a page"


async def main():
    for function in (save, load):
        limit = asyncio.timeout(0.05)
        try:
            async with limit:
                print("result:", await function())
        except Exception as error:
            print("error:", repr(error))
        print("is the time over?", limit.expired())


asyncio.run(main())
