# fails: together 3
import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    return page


async def main():
    for page in ("quick", "usual", "slow"):
        print("got", await fetch(page, 1))


asyncio.run(main())
