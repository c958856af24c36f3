"""See gather() leave its other tasks alone when one fails."""

import asyncio


async def fetch(name, go_on):
    await go_on.wait()
    print("fetched", name)


async def fetch_broken():
    raise ValueError("bad page")


async def main():
    go_on = asyncio.Event()
    news = asyncio.create_task(fetch("news", go_on))
    try:
        await asyncio.gather(news, fetch_broken())
    except ValueError as error:
        print("failed:", repr(error))
    print("news done?", news.done())
    go_on.set()
    await news


asyncio.run(main())
