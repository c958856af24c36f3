# fails: prints "other work done" at 0.5 s
"""Save a letter in the background, and lose it."""

import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    await asyncio.create_task(save("letter"))
    await asyncio.sleep(0.5)
    print("other work done")
    print("main ends")


asyncio.run(main())
