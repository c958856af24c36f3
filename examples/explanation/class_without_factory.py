"""Call the class Task on a loop that has a task factory."""

import asyncio


async def report():
    return "ready"


def audited(loop, coro, **options):
    print("the factory makes a task")
    return asyncio.Task(coro, loop=loop, **options)


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(audited)
    task = asyncio.Task(report())
    loop.set_task_factory(None)
    print("result:", await task)


asyncio.run(main())
