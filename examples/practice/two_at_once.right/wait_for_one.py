import asyncio


async def download(number):
    await asyncio.sleep(1)
    print("downloaded", number)


async def main():
    running = set()
    for number in range(1, 7):
        if len(running) == 2:
            done, running = await asyncio.wait(
                running, return_when=asyncio.FIRST_COMPLETED
            )
        running.add(asyncio.create_task(download(number)))
    await asyncio.wait(running)
    print("all done")


asyncio.run(main())
