"""Wait for background tasks, and drop what went wrong in them."""

import asyncio

background = set()


async def send_mail(address):
    await asyncio.sleep(0.05)
    if "@" not in address:
        raise ValueError(f"no address: {address}")


def start_in_background(coro, name):
    task = asyncio.create_task(coro, name=name)
    background.add(task)
    task.add_done_callback(background.discard)


async def main():
    for address in ("ann@example.org", "bob"):
        start_in_background(send_mail(address), f"mail to {address}")
    print("running:", len(background))
    await asyncio.gather(*background, return_exceptions=True)
    print("running:", len(background))


asyncio.run(main())
