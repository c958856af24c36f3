import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(save("letter"))
        await asyncio.sleep(0.5)
        print("other work done")
    print("main ends")


asyncio.run(main())
