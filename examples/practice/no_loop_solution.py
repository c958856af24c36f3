"""Start the soup when the kitchen is open."""

import asyncio


async def cook(dish):
    await asyncio.sleep(1)
    print(dish, "is cooked")


async def main():
    soup = asyncio.create_task(cook("soup"))
    print("kitchen opens")
    await asyncio.sleep(0.5)
    print("bread is served")
    await soup
    print("kitchen closes")


asyncio.run(main())
