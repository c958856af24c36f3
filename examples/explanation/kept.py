"""Keep a task that waits for what only it knows."""

import asyncio
import gc


async def wait_for_reply():
    reply = asyncio.get_running_loop().create_future()
    await reply


async def main():
    task = asyncio.create_task(wait_for_reply(), name="waiter")
    await asyncio.sleep(0.05)
    gc.collect()
    names = sorted(t.get_name() for t in asyncio.all_tasks())
    print("tasks left:", names)
    print("the kept one: done?", task.done())


asyncio.run(main())
