# fails: prints "oven is hot" before "bread bakes"
import asyncio


async def heat():
    await asyncio.sleep(1)
    print("oven is hot")


async def knead():
    await asyncio.sleep(1.5)
    print("dough is ready")


async def main():
    tasks = [
        asyncio.create_task(heat()),
        asyncio.create_task(knead()),
    ]
    print("bread bakes")
    await asyncio.wait(tasks)


asyncio.run(main())
