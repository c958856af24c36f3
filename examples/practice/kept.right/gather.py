import asyncio


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def work():
    await asyncio.sleep(0.5)
    print("other work done")


async def main():
    await asyncio.gather(save("letter"), work())
    print("main ends")


asyncio.run(main())
