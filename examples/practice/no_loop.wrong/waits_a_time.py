# fails: prints "kitchen closes" only after "soup is cooked"
"""Sleep until the soup must be done."""

import asyncio


async def cook(dish):
    await asyncio.sleep(1)
    print(dish, "is cooked")


async def main():
    soup = asyncio.create_task(cook("soup"))
    print("kitchen opens")
    await asyncio.sleep(0.5)
    print("bread is served")
    await asyncio.sleep(0.51)
    print("kitchen closes")


asyncio.run(main())
