"""Let at most two of six tasks work at the same time."""

import asyncio

running = 0
most = 0


async def download(number, limit):
    global running, most
    async with limit:
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
    return number


async def main():
    limit = asyncio.Semaphore(2)
    tasks = [asyncio.create_task(download(n, limit)) for n in range(6)]
    print("downloaded:", await asyncio.gather(*tasks))
    print("most at the same time:", most)


asyncio.run(main())
