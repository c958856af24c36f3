"""Let two workers take jobs from a queue."""

import asyncio


async def work(queue, done):
    while True:
        number = await queue.get()
        await asyncio.sleep(0.05)
        done.append(number * 10)
        queue.task_done()


async def main():
    queue = asyncio.Queue(maxsize=2)
    done = []
    workers = [asyncio.create_task(work(queue, done)) for _ in range(2)]
    for number in range(6):
        await queue.put(number)
    print("all jobs handed over")
    await queue.join()
    print("done:", sorted(done))
    for worker in workers:
        worker.cancel()
    await asyncio.wait(workers)
    print("cancelled:", [worker.cancelled() for worker in workers])


asyncio.run(main())
