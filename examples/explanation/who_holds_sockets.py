"""Forget a task that waits for the network, and ask who holds it."""

import asyncio
import gc
import socket

from holders import report

NAMES = ["sock_recv()", "open_connection()", "start_server()"]


async def receive(receiver):
    await asyncio.get_running_loop().sock_recv(receiver, 1)


async def read(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.read()


async def handle(reader, _writer):
    asyncio.current_task().set_name(NAMES[2])
    await reader.read()


async def main():
    gc.disable()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    receiver, sender = socket.socketpair()
    receiver.setblocking(False)
    asyncio.create_task(receive(receiver), name=NAMES[0])
    asyncio.create_task(read(port), name=NAMES[1])
    await asyncio.sleep(1)
    report(NAMES)


asyncio.run(main())
