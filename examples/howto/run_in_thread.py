"""Call a function that calls asyncio.run() while a loop runs."""

import asyncio


async def fetch():
    await asyncio.sleep(0.05)
    return 42


def library_function():
    return asyncio.run(fetch())


async def main():
    result = await asyncio.to_thread(library_function)
    print("library function:", result)


asyncio.run(main())
