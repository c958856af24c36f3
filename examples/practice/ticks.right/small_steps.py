import asyncio


async def tick():
    for number in (1, 2, 3):
        await asyncio.sleep(1)
        print("tick", number)


async def report():
    for _ in range(25):
        await asyncio.sleep(0.1)
    print("report done")


async def main():
    await asyncio.gather(tick(), report())


asyncio.run(main())
