"""Catch the exception of a task where the task is awaited."""

import asyncio


async def import_job():
    raise ValueError("bad input")


async def main():
    task = asyncio.create_task(import_job(), name="import-job")
    await asyncio.sleep(0.05)
    print("main: goes on, task done?", task.done())
    try:
        await task
    except ValueError as error:
        print(f"main: {task.get_name()} failed: {error}")


asyncio.run(main())
