"""Ask a task on which line it waits."""

import asyncio


async def connect(ready):
    await ready.wait()


async def fetch(ready):
    await connect(ready)


async def main():
    ready = asyncio.Event()
    task = asyncio.create_task(fetch(ready))
    await asyncio.sleep(0)
    for frame in task.get_stack():
        print("line", frame.f_lineno, "in", frame.f_code.co_name)
    ready.set()
    await task
    print("when done:", task.get_stack())


asyncio.run(main())
