"""Lose a task whose answer is already on its way."""

import asyncio
import gc

collected = asyncio.Event()
# From here on, garbage is collected only by collect().
gc.disable()


async def ask(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"question\n")
    print("client: received", await reader.readline())
    writer.close()


async def answer(reader, writer):
    print("server: received", await reader.readline())
    writer.write(b"answer\n")
    print("server: has sent the answer")
    gc.collect()
    collected.set()
    writer.close()


async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    asyncio.create_task(ask(port), name="client")
    await collected.wait()
    names = sorted(t.get_name() for t in asyncio.all_tasks())
    print("tasks left:", names)
    server.close()


asyncio.run(main())
