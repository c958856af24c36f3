"""Create tasks for an event loop that does not run yet."""

import asyncio


async def work(number):
    return number


loop = asyncio.new_event_loop()
tasks = [
    loop.create_task(work(1)),
    asyncio.ensure_future(work(2), loop=loop),
    asyncio.Task(work(3), loop=loop),
]
print("running?", loop.is_running())
for task in tasks:
    print(type(task).__name__, loop.run_until_complete(task))
loop.close()
