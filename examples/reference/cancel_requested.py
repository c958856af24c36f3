"""See a task between the request to cancel it and its end."""

import asyncio


async def work():
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        print("work: cleans up")
        await asyncio.sleep(0.05)
        raise


def show(moment, task):
    print(
        f"{moment}: cancelling() {task.cancelling()},",
        f"done() {task.done()}, cancelled() {task.cancelled()}",
    )


async def main():
    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    show("started", task)
    task.cancel()
    show("requested", task)
    await asyncio.wait([task])
    show("ended", task)


asyncio.run(main())
