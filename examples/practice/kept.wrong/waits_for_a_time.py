# fails: ends by 1 s
"""Save a letter in the background, and wait for it at the end."""

import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    saving = asyncio.create_task(save("letter"))
    await asyncio.sleep(0.5)
    print("other work done")
    await asyncio.sleep(1)
    print("main ends")


asyncio.run(main())
