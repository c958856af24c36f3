"""Name a task, when it is created or later."""

import asyncio


async def task_coroutine():
    await asyncio.sleep(0.1)


async def main():
    print("main() itself:", asyncio.current_task().get_name())
    unnamed = asyncio.create_task(task_coroutine())
    print("no name given:", unnamed.get_name())
    named = asyncio.create_task(task_coroutine(), name="report")
    print("with name=:", named.get_name())
    unnamed.set_name("backup")
    print("after set_name():", unnamed.get_name())
    await unnamed
    await named


asyncio.run(main())
