# fails: prints "main ends" only after "saved letter"
"""Sleep for the half second that the letter still takes."""

import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    saving = asyncio.create_task(save("letter"))
    await asyncio.sleep(0.5)
    print("other work done")
    await asyncio.sleep(0.5)
    print("main ends")


asyncio.run(main())
