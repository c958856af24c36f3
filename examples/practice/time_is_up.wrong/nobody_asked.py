# fails: together 3
"""Print the answers without asking anybody."""

import asyncio


async def ask(server, seconds):
    await asyncio.sleep(seconds)
    return f"{server} answers"


async def main():
    d = asyncio.create_task(asyncio.sleep(60))
    await asyncio.sleep(1)
    print("near answers")
    print("far answers")
    print("time is up")
    d.cancel()


asyncio.run(main())
