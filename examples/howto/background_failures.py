"""Report tasks that fail before main() waits, meanwhile and later."""

import asyncio

background = set()


async def send_mail(start):
    await start.wait()
    raise ValueError("mail server down")


def finished(task):
    background.discard(task)
    if not task.cancelled() and (error := task.exception()):
        print(f"{task.get_name()} failed: {error!r}")


def start_in_background(coro, name):
    task = asyncio.create_task(coro, name=name)
    background.add(task)
    task.add_done_callback(finished)


async def main():
    now, soon = asyncio.Event(), asyncio.Event()
    now.set()
    start_in_background(send_mail(now), "early mail")
    start_in_background(send_mail(soon), "next mail")
    await asyncio.sleep(0.05)
    print("main: waits")
    asyncio.get_running_loop().call_later(0.05, soon.set)
    while background:
        await asyncio.wait(background)
    print("main: has waited")
    start_in_background(send_mail(now), "late mail")
    await asyncio.sleep(0.05)


asyncio.run(main())
