"""Hand a Future to ensure_future(), and name no loop."""

import asyncio


async def main():
    future = asyncio.get_running_loop().create_future()
    try:
        print(asyncio.ensure_future(future) is future)
    except ValueError as error:
        print(f"{type(error).__name__}: {error}")


asyncio.run(main())
