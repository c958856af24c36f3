# /// script
# requires-python = ">=3.12"
# ///
"""Create two tasks, each of which starts at once."""

import asyncio


async def look_up(key):
    print(key, "starts")
    if key == "unknown":
        await asyncio.sleep(0.05)
    print(key, "ends")


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    known = asyncio.create_task(look_up("known"))
    print("main: known done?", known.done())
    unknown = asyncio.create_task(look_up("unknown"))
    print("main: unknown done?", unknown.done())
    await known
    await unknown


asyncio.run(main())
