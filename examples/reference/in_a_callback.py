"""Create a task in a callback, outside every coroutine."""

import asyncio


async def work():
    print("the task runs")


def callback(tasks, done):
    print("current task:", asyncio.current_task())
    tasks.append(asyncio.create_task(work()))
    done.set()


async def main():
    tasks, done = [], asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.call_soon(callback, tasks, done)
    await done.wait()
    await tasks[0]


asyncio.run(main())
