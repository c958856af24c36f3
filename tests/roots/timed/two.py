import asyncio


async def work(name):
    print(name)


async def main():
    first = asyncio.create_task(work("a"), name="first")
    second = asyncio.create_task(work("a"), name="second")
    await asyncio.sleep(1)


asyncio.run(main())
