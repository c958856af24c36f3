"""Take the result that comes first, and cancel the rest."""

import asyncio


async def fetch(name, seconds):
    await asyncio.sleep(seconds)
    return f"page of {name}"


async def main():
    tasks = [
        asyncio.create_task(fetch("slow", 10), name="slow"),
        asyncio.create_task(fetch("quick", 0.05), name="quick"),
    ]
    done, pending = await asyncio.wait(
        tasks,
        return_when=asyncio.FIRST_COMPLETED,
    )
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending)
    for task in done:
        print("first:", task.result())
    for task in pending:
        print(task.get_name(), "cancelled?", task.cancelled())


asyncio.run(main())
