"""Give a loop a task factory that takes no name."""

import asyncio


async def work():
    return 42


def narrow(loop, coro, context=None):
    return asyncio.Task(coro, loop=loop, context=context)


def wide(loop, coro, **options):
    return asyncio.Task(coro, loop=loop, **options)


async def main():
    loop = asyncio.get_running_loop()
    for factory in (wide, narrow):
        loop.set_task_factory(factory)
        coro = work()
        try:
            task = asyncio.create_task(coro, name="answer")
            print(factory.__name__, task.get_name(), await task)
        except TypeError as error:
            print(factory.__name__, type(error).__name__)
            coro.close()


asyncio.run(main())
