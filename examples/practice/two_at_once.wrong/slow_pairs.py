# fails: prints "all done" at 3 s
import asyncio


async def download(number):
    await asyncio.sleep(1)
    print("downloaded", number)


async def main():
    for number in (1, 3, 5):
        await asyncio.gather(download(number), download(number + 1))
        await asyncio.sleep(0.5)
    print("all done")


asyncio.run(main())
