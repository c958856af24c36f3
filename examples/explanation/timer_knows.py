"""Forget a task that waits for a timer."""

import asyncio
import gc


async def wait_for_reply():
    await asyncio.sleep(0.5)


async def main():
    asyncio.create_task(wait_for_reply(), name="waiter")
    await asyncio.sleep(0.05)
    gc.collect()
    names = sorted(t.get_name() for t in asyncio.all_tasks())
    print("tasks left:", names)


asyncio.run(main())
