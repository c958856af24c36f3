"""Set the result of a Future, which a task waits for."""

import asyncio


async def work(future):
    print(await future)


async def main():
    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(work(future))
    try:
        future.set_result(42)
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
    await task


asyncio.run(main())
