"""Keep background tasks in a set that they leave when done."""

import asyncio

background = set()


async def send_mail():
    await asyncio.sleep(0.05)


def start_in_background(coro):
    task = asyncio.create_task(coro)
    background.add(task)
    task.add_done_callback(background.discard)


async def main():
    for _ in range(3):
        start_in_background(send_mail())
    print("running:", len(background))
    await asyncio.gather(*background, return_exceptions=True)
    print("running:", len(background))


asyncio.run(main())
