import asyncio


async def heat():
    await asyncio.sleep(1)
    print("oven is hot")


async def knead():
    await asyncio.sleep(1.5)
    print("dough is ready")


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(heat())
        group.create_task(knead())
    print("bread bakes")


asyncio.run(main())
