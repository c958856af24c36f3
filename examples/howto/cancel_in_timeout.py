# /// script
# requires-python = ">=3.15"
# ///
"""Cancel a group whose clean-up takes longer than the time limit."""

import asyncio


async def work():
    try:
        await asyncio.sleep(10)
    finally:
        await asyncio.sleep(0.3)


async def main():
    try:
        async with asyncio.timeout(0.1) as limit:
            async with asyncio.TaskGroup() as group:
                group.create_task(work())
                await asyncio.sleep(0.05)
                group.cancel()
        print("no TimeoutError; expired?", limit.expired())
    except TimeoutError:
        print("TimeoutError")


asyncio.run(main())
