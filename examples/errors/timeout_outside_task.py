"""Use a time limit where no task runs."""

import asyncio


async def fetch():
    async with asyncio.timeout(1):
        print("fetched")


def callback():
    try:
        fetch().send(None)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


async def main():
    asyncio.get_running_loop().call_soon(callback)
    await asyncio.sleep(0)


asyncio.run(main())
