"""Run one step of an asynchronous generator in a task."""

import asyncio


async def pages():
    for page in ("index", "news"):
        await asyncio.sleep(0.05)
        yield page


async def main():
    generator = pages()
    try:
        asyncio.create_task(generator)
    except TypeError:
        print("TypeError: the generator itself is no coroutine")
    task = asyncio.create_task(anext(generator))
    print("first page:", await task)
    await generator.aclose()


asyncio.run(main())
