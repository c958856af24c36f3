"""See gather() drop what fails after the first failure."""

import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    raise ValueError(page)


async def main():
    try:
        await asyncio.gather(fetch("news", 0.05), fetch("mail", 0.1))
    except ValueError as error:
        print("failed:", repr(error))
    await asyncio.sleep(0.3)
    print("main: ends")


asyncio.run(main())
