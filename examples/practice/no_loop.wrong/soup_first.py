# fails: prints "bread is served" at 0.5 s
import asyncio


async def cook(dish):
    await asyncio.sleep(1)
    print(dish, "is cooked")


async def main():
    await cook("soup")
    print("kitchen opens")
    await asyncio.sleep(0.5)
    print("bread is served")
    print("kitchen closes")


asyncio.run(main())
