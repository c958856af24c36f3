"""Make a timeout for each block, and change it inside."""

import asyncio


async def main():
    for number in (1, 2):
        try:
            async with asyncio.timeout(1) as limit:
                limit.reschedule(None)
                print("block", number, "has no limit now")
        except RuntimeError as error:
            print(f"{type(error).__name__}: {error}")


asyncio.run(main())
