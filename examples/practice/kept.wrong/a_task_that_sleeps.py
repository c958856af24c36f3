# fails: prints "main ends" only after "saved letter"
"""Wait for a task that sleeps as long as the letter still takes."""

import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    saving = asyncio.create_task(save("letter"))
    await asyncio.sleep(0.5)
    print("other work done")
    await asyncio.create_task(asyncio.sleep(0.5))
    print("main ends")


asyncio.run(main())
