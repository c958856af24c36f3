# /// script
# requires-python = ">=3.13"
# ///
"""Ask a task that ended eagerly for its coroutine."""

import asyncio


async def known():
    return 42


async def main():
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    task = asyncio.create_task(known())
    print("done?", task.done())
    print("coroutine:", task.get_coro())


asyncio.run(main())
