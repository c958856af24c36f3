"""Create a task in a callback that the event loop calls."""

import asyncio


async def send_mail():
    await asyncio.sleep(0.05)
    print("mail sent")


def callback(created):
    print("current task:", asyncio.current_task())
    created.set_result(asyncio.create_task(send_mail()))


async def main():
    loop = asyncio.get_running_loop()
    created = loop.create_future()
    loop.call_soon(callback, created)
    task = await created
    await task


asyncio.run(main())
