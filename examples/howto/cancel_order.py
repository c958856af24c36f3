# /// script
# requires-python = ">=3.15"
# [tool.example-output]
# order = "varies"
# ///
"""See in which order a group cancels its tasks."""

import asyncio


async def listen(channel):
    try:
        await asyncio.sleep(10)
    finally:
        print("closed", channel)


async def main():
    async with asyncio.TaskGroup() as group:
        for channel in "abcdef":
            group.create_task(listen(channel))
        await asyncio.sleep(0.05)
        group.cancel()


asyncio.run(main())
