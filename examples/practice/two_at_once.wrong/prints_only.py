# fails: prints in 2 tasks
import asyncio


async def download(number):
    await asyncio.sleep(1)
    print("downloaded", number)


async def main():
    for number in (1, 3, 5):
        await asyncio.gather(asyncio.sleep(1), asyncio.sleep(1))
        print("downloaded", number)
        print("downloaded", number + 1)
    print("all done")


asyncio.run(main())
