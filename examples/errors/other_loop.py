"""Await a Future that belongs to another event loop."""

import asyncio


async def make_future():
    return asyncio.get_running_loop().create_future()


async def main():
    answer = earlier
    asyncio.get_running_loop().call_soon(answer.set_result, 42)
    try:
        print(await answer)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


earlier = asyncio.run(make_future())
asyncio.run(main())
