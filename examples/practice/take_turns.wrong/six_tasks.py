# fails: takes turns
"""Make a task of each line."""

import asyncio


async def count():
    for number in (1, 2, 3):
        print("counted", number)
        await asyncio.sleep(0)


async def watch():
    for number in (1, 2, 3):
        print("watched", number)
        await asyncio.sleep(0)


async def main():
    async def say(w, i):
        print(w, i)

    await asyncio.gather(
        *(say(w, i) for i in (1, 2, 3) for w in ("counted", "watched"))
    )


asyncio.run(main())
