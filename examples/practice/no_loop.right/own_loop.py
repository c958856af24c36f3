import asyncio


async def cook(dish):
    await asyncio.sleep(1)
    print(dish, "is cooked")


async def main():
    print("kitchen opens")
    await asyncio.sleep(0.5)
    print("bread is served")


loop = asyncio.new_event_loop()
soup = loop.create_task(cook("soup"))
loop.run_until_complete(main())
loop.run_until_complete(soup)
print("kitchen closes")
loop.close()
