# /// script
# requires-python = ">=3.15"
# ///
"""Cancel a group before its block is entered."""

import asyncio


async def work():
    print("never printed")


async def main():
    group = asyncio.TaskGroup()
    group.cancel()
    try:
        async with group:
            print("in the block")
            group.create_task(work())
    except* RuntimeError as failures:
        print(failures.exceptions[0])


asyncio.run(main())
