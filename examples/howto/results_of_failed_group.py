"""Ask the tasks of a failed group for their results."""

import asyncio


async def fetch(name, seconds):
    await asyncio.sleep(seconds)
    if name == "broken":
        raise ValueError("bad page")
    return f"page of {name}"


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(fetch("quick", 0.05)),
                group.create_task(fetch("broken", 0.2)),
                group.create_task(fetch("slow", 10)),
            ]
    except* ValueError:
        print("the group has failed")
    for task in tasks:
        try:
            print("result:", task.result())
        except (ValueError, asyncio.CancelledError) as error:
            print("raised:", repr(error))


asyncio.run(main())
