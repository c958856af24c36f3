"""Call to_thread() before the loop's threads end."""

import asyncio


def work():
    return 42


async def main():
    loop = asyncio.get_running_loop()
    try:
        print(await asyncio.to_thread(work))
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    await loop.shutdown_default_executor()


asyncio.run(main())
