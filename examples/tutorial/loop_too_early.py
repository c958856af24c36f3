"""Ask for the running loop before one runs."""

import asyncio


async def task_coroutine():
    print("executing the task")
    # Suspend this task for a second.
    await asyncio.sleep(1)


async def main():
    print("main coroutine started")
    # Create with the loop.
    task = loop.create_task(task_coroutine())
    # Suspend main() until it is done.
    await task
    print("main coroutine done")


# Wrong: no event loop runs yet.
loop = asyncio.get_running_loop()
asyncio.run(main())
