# fails: prints in 2 tasks
import asyncio


async def main():
    await asyncio.sleep(1)
    print("tick 1")
    await asyncio.sleep(1)
    print("tick 2")
    await asyncio.sleep(0.5)
    print("report done")
    await asyncio.sleep(0.5)
    print("tick 3")


asyncio.run(main())
