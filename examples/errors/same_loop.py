"""Await a Future that belongs to the running event loop."""

import asyncio


async def make_future():
    return asyncio.get_running_loop().create_future()


async def main():
    answer = await make_future()
    asyncio.get_running_loop().call_soon(answer.set_result, 42)
    try:
        print(await answer)
    except RuntimeError as error:
        _, got, text = str(error).partition("got")
        print(f"{type(error).__name__}: Task ... {got}{text}")


asyncio.run(main())
