# fails: prints "got usual" at 2 s
import asyncio


async def fetch(page, seconds):
    await asyncio.sleep(seconds)
    return page


async def main():
    tasks = [
        asyncio.create_task(fetch("slow", 3)),
        asyncio.create_task(fetch("quick", 1)),
        asyncio.create_task(fetch("usual", 2)),
    ]
    print("got", await tasks[1])
    print("got", await tasks[0])
    print("got", await tasks[2])


asyncio.run(main())
