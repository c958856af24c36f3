"""Set the task factory before the first task is created."""

import asyncio


def counting(loop, coro, **options):
    print("creates a task for", coro.__name__)
    return asyncio.Task(coro, loop=loop, **options)


async def work():
    return 42


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(work())
    await asyncio.gather(work())


with asyncio.Runner() as runner:
    runner.get_loop().set_task_factory(counting)
    runner.run(main())
