import asyncio


async def heat():
    await asyncio.sleep(1)
    print("oven is hot")


async def knead():
    await asyncio.sleep(1.5)
    print("dough is ready")


async def main():
    oven = asyncio.ensure_future(heat())
    dough = asyncio.ensure_future(knead())
    await asyncio.wait([oven, dough])
    print("bread bakes")


asyncio.run(main())
