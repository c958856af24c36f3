"""Create a task on an event loop that does not run yet."""

import asyncio


async def task_coroutine():
    print("executing the task")
    await asyncio.sleep(0.1)


loop = asyncio.new_event_loop()
task = loop.create_task(task_coroutine())
print("loop running?", loop.is_running())
print("task done?", task.done())
loop.run_until_complete(task)
print("task done?", task.done())
loop.close()
