"""Tell the words apart by asking Python."""

import asyncio
import inspect


async def work():
    return 42


async def main():
    coro = work()
    task = asyncio.create_task(coro)
    future = asyncio.get_running_loop().create_future()
    print("work is", type(work).__name__)
    print("work() is", type(coro).__name__)
    print("its task is", type(task).__name__)
    for name, thing in (
        ("work", work),
        ("work()", coro),
        ("task", task),
        ("future", future),
    ):
        print(
            f"{name}: awaitable {inspect.isawaitable(thing)},",
            f"Future {asyncio.isfuture(thing)},",
            f"Task {isinstance(thing, asyncio.Task)}",
        )
    await task


asyncio.run(main())
