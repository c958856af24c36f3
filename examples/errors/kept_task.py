"""Keep a task that waits for something only it knows."""

import asyncio
import gc

# From here on, garbage is collected only by collect().
gc.disable()


async def wait_for_answer():
    answer = asyncio.Event()
    await answer.wait()
    print("never printed")


async def main():
    kept = asyncio.create_task(wait_for_answer())
    await asyncio.sleep(0.05)
    print("tasks before:", len(asyncio.all_tasks()))
    gc.collect()
    print("tasks after:", len(asyncio.all_tasks()))
    kept.cancel()


asyncio.run(main())
