import asyncio


async def cook(dish):
    await asyncio.sleep(1)
    print(dish, "is cooked")


async def serve():
    await asyncio.sleep(0.5)
    print("bread is served")


async def main():
    print("kitchen opens")
    await asyncio.gather(cook("soup"), serve())
    print("kitchen closes")


asyncio.run(main())
