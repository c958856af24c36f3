"""In a test, wait for the tasks that the tested code has started."""

import asyncio

sent = []
tasks = set()


async def send_mail(address):
    await asyncio.sleep(0.05)
    sent.append(address)


def sign_up(address):
    task = asyncio.create_task(send_mail(address))
    tasks.add(task)
    task.add_done_callback(tasks.discard)


async def all_others_done():
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others, timeout=1)
        for task in others:
            task.result()


async def test_mail_is_sent():
    sign_up("ann@example.org")
    print("at once:", sent)
    await all_others_done()
    print("after waiting:", sent)


asyncio.run(test_mail_is_sent())
