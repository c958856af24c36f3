"""Do something again and again, with a pause in between."""

import asyncio

answers = ["ok", "down", "ok"]
enough = asyncio.Event()


async def every(seconds, function):
    while True:
        try:
            await function()
        except Exception as error:
            print("failed:", error)
        await asyncio.sleep(seconds)


async def check():
    answer = answers.pop(0)
    if answer == "down":
        raise ConnectionError("no answer")
    print("checked:", answer)
    if not answers:
        enough.set()


async def main():
    task = asyncio.create_task(every(0.2, check), name="check")
    await enough.wait()
    task.cancel()
    await asyncio.wait([task])
    print("stopped:", task.cancelled())


asyncio.run(main())
