"""Await only the last task, which ends last."""

import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    tasks = [asyncio.create_task(fetch(page)) for page in ("news", "mail", "wiki")]
    await tasks[-1]
    print("all done")


asyncio.run(main())
