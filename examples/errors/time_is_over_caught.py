"""Catch the error outside the block whose time runs out."""

import asyncio


async def main():
    try:
        async with asyncio.timeout(0.05):
            await asyncio.sleep(1)
    except TimeoutError:
        print("main: too slow")


asyncio.run(main())
