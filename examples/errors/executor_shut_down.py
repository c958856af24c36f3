"""Call to_thread() after the loop's threads have ended."""

import asyncio


def work():
    return 42


async def main():
    loop = asyncio.get_running_loop()
    await loop.shutdown_default_executor()
    try:
        print(await asyncio.to_thread(work))
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
