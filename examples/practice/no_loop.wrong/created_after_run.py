# fails: exits 0
import asyncio


async def cook(dish):
    await asyncio.sleep(1)
    print(dish, "is cooked")


async def main():
    print("kitchen opens")
    await asyncio.sleep(0.5)
    print("bread is served")
    print("kitchen closes")


asyncio.run(main())
asyncio.create_task(cook("soup"))
