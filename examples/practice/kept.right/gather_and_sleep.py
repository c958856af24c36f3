"""Wait for the task, and sleep beside it."""

import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    saving = asyncio.create_task(save("letter"))
    await asyncio.sleep(0.5)
    print("other work done")
    await asyncio.gather(saving, asyncio.sleep(0.5))
    print("main ends")


asyncio.run(main())
