# fails: together 2
import asyncio


async def download(number):
    await asyncio.sleep(1)
    print("downloaded", number)


async def main():
    for number in range(1, 7):
        await download(number)
    print("all done")


asyncio.run(main())
