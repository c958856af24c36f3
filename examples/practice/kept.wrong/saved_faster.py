# fails: prints "saved letter" at 1 s
"""Save the letter faster."""

import asyncio


async def save(name):
    await asyncio.sleep(0.4)
    print("saved", name)


async def main():
    asyncio.create_task(save("letter"))
    await asyncio.sleep(0.5)
    print("other work done")
    print("main ends")


asyncio.run(main())
