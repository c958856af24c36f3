import asyncio


async def download(number):
    await asyncio.sleep(1)
    print("downloaded", number)


async def work(queue):
    while True:
        await download(await queue.get())
        queue.task_done()


async def main():
    queue = asyncio.Queue()
    for number in range(1, 7):
        queue.put_nowait(number)
    workers = [asyncio.create_task(work(queue)) for _ in range(2)]
    await queue.join()
    for worker in workers:
        worker.cancel()
    print("all done")


asyncio.run(main())
