"""Let callbacks count the pages, and wait for an event."""

import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    done = asyncio.Event()
    pending = set()

    def forget(task):
        pending.discard(task)
        if not pending:
            done.set()

    for page in ("news", "mail", "wiki"):
        task = asyncio.create_task(fetch(page))
        pending.add(task)
        task.add_done_callback(forget)
    await done.wait()
    print("all done")


asyncio.run(main())
