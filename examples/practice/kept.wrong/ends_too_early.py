# fails: prints "main ends" only after "saved letter"
"""Save a letter in the background, and wait for it at the end."""

import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    saving = asyncio.create_task(save("letter"))
    await asyncio.sleep(0.5)
    print("other work done")
    print("main ends")
    await saving


asyncio.run(main())
