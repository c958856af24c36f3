"""Await what a plain function returns."""

import asyncio


def work():
    return 42


async def main():
    try:
        print(await work())
    except TypeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
