# fails: prints "main ends" only after "saved letter"
"""Ask every now and then whether the letter is saved."""

import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    saving = asyncio.create_task(save("letter"))
    await asyncio.sleep(0.5)
    print("other work done")
    while not saving.done():
        await asyncio.sleep(0.05)
    print("main ends")


asyncio.run(main())
