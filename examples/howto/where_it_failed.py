"""Find the frames of a task that has failed."""

import asyncio


async def parse(text):
    return int(text)


async def fetch(text):
    await asyncio.sleep(0)
    return await parse(text)


async def main():
    for text in ("42", "forty-two"):
        task = asyncio.create_task(fetch(text))
        await asyncio.wait([task])
        for frame in task.get_stack():
            print("line", frame.f_lineno, "in", frame.f_code.co_name)
        print(text, "->", task.exception())


asyncio.run(main())
