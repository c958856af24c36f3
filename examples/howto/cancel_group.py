# /// script
# requires-python = ">=3.15"
# ///
"""Stop a group with its cancel()."""

import asyncio


async def listen(channel):
    print("listening to", channel)
    try:
        await asyncio.sleep(10)
    finally:
        print("closed a channel")


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(listen("mail"))
        group.create_task(listen("news"))
        await asyncio.sleep(0.05)
        print("stopping")
        group.cancel()
    print("after the block, no exception")


asyncio.run(main())
