# fails: prints "got usual" at 2 s
import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    return page


async def main():
    for page, seconds in (("quick", 1), ("usual", 2), ("slow", 3)):
        print("got", await fetch(page, seconds))


asyncio.run(main())
