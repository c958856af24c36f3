"""See a group cancel its other tasks when one of them fails."""

import asyncio


async def fetch(name, cancelled):
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        cancelled.append(name)
        raise


async def fetch_broken():
    await asyncio.sleep(0.05)
    raise ValueError("bad page")


async def main():
    cancelled = []
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fetch("mail", cancelled))
            group.create_task(fetch("news", cancelled))
            group.create_task(fetch_broken())
        print("never printed")
    except* ValueError as failures:
        for error in failures.exceptions:
            print("failed:", repr(error))
    print("cancelled:", sorted(cancelled))


asyncio.run(main())
