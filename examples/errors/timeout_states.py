"""Use a timeout before, after and twice."""

import asyncio


async def main():
    limit = asyncio.timeout(1)
    try:
        limit.reschedule(None)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    async with limit:
        pass
    try:
        limit.reschedule(None)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    try:
        async with limit:
            pass
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
