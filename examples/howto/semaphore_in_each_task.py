"""See that a semaphore in each task limits nothing."""

import asyncio

running = 0
most = 0


async def download(number):
    global running, most
    async with asyncio.Semaphore(2):
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
    return number


async def main():
    tasks = [asyncio.create_task(download(n)) for n in range(6)]
    print("downloaded:", await asyncio.gather(*tasks))
    print("most at the same time:", most)


asyncio.run(main())
