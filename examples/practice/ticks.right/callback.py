import asyncio


async def tick():
    for number in (1, 2, 3):
        await asyncio.sleep(1)
        print("tick", number)


async def report():
    loop = asyncio.get_running_loop()
    over = loop.create_future()
    loop.call_later(2.5, over.set_result, None)
    await over
    print("report done")


async def main():
    ticking = asyncio.create_task(tick())
    await report()
    await ticking


asyncio.run(main())
