"""Find the task that swallows its cancellation, and delays the end."""

import asyncio


async def stubborn():
    for _ in range(3):
        try:
            await asyncio.sleep(0.2)
        except asyncio.CancelledError:
            print("stubborn: cancelled, and goes on")


async def main():
    task = asyncio.create_task(stubborn(), name="stubborn")
    await asyncio.sleep(0.05)
    task.cancel()
    done, pending = await asyncio.wait([task], timeout=0.05)
    for task in pending:
        print("main: still running:", task.get_name())


asyncio.run(main())
print("only now asyncio.run() returns")
