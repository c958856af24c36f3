"""Lose two tasks that wait for what only the two of them know."""

import asyncio
import gc

# From here on, garbage is collected only by collect().
gc.disable()


async def wait_for_reply(reply):
    await reply.wait()


def start():
    reply = asyncio.Event()
    asyncio.create_task(wait_for_reply(reply), name="first")
    asyncio.create_task(wait_for_reply(reply), name="second")


async def main():
    start()
    await asyncio.sleep(0.05)
    names = sorted(t.get_name() for t in asyncio.all_tasks())
    print("tasks before:", names)
    gc.collect()
    names = sorted(t.get_name() for t in asyncio.all_tasks())
    print("tasks after:", names)


asyncio.run(main())
