import asyncio


async def cook(dish):
    await asyncio.sleep(1)
    print(dish, "is cooked")


def put_on_the_stove(dish):
    return asyncio.create_task(cook(dish))


async def main():
    soup = put_on_the_stove("soup")
    print("kitchen opens")
    await asyncio.sleep(0.5)
    print("bread is served")
    await soup
    print("kitchen closes")


asyncio.run(main())
