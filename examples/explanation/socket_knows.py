"""Forget a task that waits for data from a plain socket."""

import asyncio
import gc
import socket


async def wait_for_reply(sock):
    loop = asyncio.get_running_loop()
    print("reply:", await loop.sock_recv(sock, 100))


async def main():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    asyncio.create_task(wait_for_reply(ours), name="waiter")
    await asyncio.sleep(0.05)
    gc.collect()
    names = sorted(t.get_name() for t in asyncio.all_tasks())
    print("tasks left:", names)
    theirs.send(b"hello")
    await asyncio.sleep(0.05)
    ours.close()
    theirs.close()


asyncio.run(main())
