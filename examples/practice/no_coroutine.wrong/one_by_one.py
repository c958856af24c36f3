# fails: together 2
import asyncio


async def heat():
    await asyncio.sleep(1)
    print("oven is hot")


async def knead():
    await asyncio.sleep(1.5)
    print("dough is ready")


async def main():
    await heat()
    await knead()
    print("bread bakes")


asyncio.run(main())
