import asyncio


async def cook(dish):
    await asyncio.sleep(1)
    print(dish, "is cooked")


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(cook("soup"))
        print("kitchen opens")
        await asyncio.sleep(0.5)
        print("bread is served")
    print("kitchen closes")


asyncio.run(main())
