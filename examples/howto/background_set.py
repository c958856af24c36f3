"""Keep background tasks in a set, and report those that fail."""

import asyncio
import logging

background = set()


async def send_mail(address):
    await asyncio.sleep(0.05)
    if "@" not in address:
        raise ValueError(f"no address: {address}")


def finished(task):
    background.discard(task)
    if not task.cancelled() and (error := task.exception()):
        logging.error("%s failed", task.get_name(), exc_info=error)


def start_in_background(coro, name):
    task = asyncio.create_task(coro, name=name)
    background.add(task)
    task.add_done_callback(finished)


async def main():
    for address in ("ann@example.org", "bob"):
        start_in_background(send_mail(address), f"mail to {address}")
    print("running:", len(background))
    while background:
        await asyncio.wait(background)
    print("running:", len(background))


asyncio.run(main())
