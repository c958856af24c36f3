"""Release what nothing holds."""

import asyncio


async def main():
    condition = asyncio.Condition()
    calls = [
        asyncio.Lock().release,
        asyncio.BoundedSemaphore(1).release,
        condition.notify,
    ]
    for call in calls:
        try:
            call()
        except (RuntimeError, ValueError) as error:
            print(f"{type(error).__name__}: {error}")
    try:
        await condition.wait()
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
