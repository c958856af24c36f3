# fails: together 2
"""Save a letter in the background, and wait for it at the end."""

import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    saving = save("letter")
    await asyncio.sleep(0.5)
    print("other work done")
    await saving
    print("main ends")


asyncio.run(main())
