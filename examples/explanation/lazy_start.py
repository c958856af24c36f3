"""Create two tasks, one of which has nothing to wait for."""

import asyncio


async def look_up(key):
    print(key, "starts")
    if key == "unknown":
        await asyncio.sleep(0.05)
    print(key, "ends")


async def main():
    known = asyncio.create_task(look_up("known"))
    print("main: known done?", known.done())
    unknown = asyncio.create_task(look_up("unknown"))
    print("main: unknown done?", unknown.done())
    await known
    await unknown


asyncio.run(main())
