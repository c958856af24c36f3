"""Hand a Future of one loop to ensure_future(), and name another."""

import asyncio


async def main():
    future = asyncio.get_running_loop().create_future()
    try:
        asyncio.ensure_future(future, loop=other)
    except ValueError as error:
        print(f"{type(error).__name__}: {error}")


other = asyncio.new_event_loop()
asyncio.run(main())
other.close()
