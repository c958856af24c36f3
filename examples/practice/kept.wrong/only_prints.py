# fails: together 2
import asyncio


async def main():
    await asyncio.sleep(0.5)
    print("other work done")
    await asyncio.sleep(0.5)
    print("saved letter")
    print("main ends")


asyncio.run(main())
