import asyncio

background = set()


async def save(name):
    await asyncio.sleep(1)
    print("saved", name)


async def main():
    task = asyncio.create_task(save("letter"))
    background.add(task)
    task.add_done_callback(background.discard)
    await asyncio.sleep(0.5)
    print("other work done")
    while background:
        await asyncio.wait(background)
    print("main ends")


asyncio.run(main())
