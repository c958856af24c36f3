import asyncio


async def tick():
    for number in (1, 2, 3):
        await asyncio.sleep(1)
        print("tick", number)


async def report():
    try:
        await asyncio.wait_for(asyncio.Event().wait(), 2.5)
    except TimeoutError:
        print("report done")


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(tick())
        group.create_task(report())


asyncio.run(main())
