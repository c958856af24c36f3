# fails: together 2
import asyncio


async def cook(dish):
    await asyncio.sleep(1)
    print(dish, "is cooked")


async def main():
    print("kitchen opens")
    await asyncio.sleep(0.5)
    print("bread is served")
    print("kitchen closes")


try:
    soup = asyncio.create_task(cook("soup"))
except RuntimeError:
    print("soup is cooked")
asyncio.run(main())
