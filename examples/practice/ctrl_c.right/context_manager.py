import asyncio
import contextlib
import signal


@contextlib.asynccontextmanager
async def connections():
    try:
        yield
    finally:
        await asyncio.sleep(0.5)
        print("connections closed")


async def serve():
    async with connections():
        await asyncio.sleep(60)


async def main():
    loop = asyncio.get_running_loop()
    # As if you pressed Ctrl+C after one second:
    loop.call_later(1, signal.raise_signal, signal.SIGINT)
    await asyncio.create_task(serve())
    print("served enough")


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("bye")
