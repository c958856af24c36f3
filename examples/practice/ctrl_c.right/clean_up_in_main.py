import asyncio
import signal


async def serve():
    await asyncio.sleep(60)


async def main():
    loop = asyncio.get_running_loop()
    # As if you pressed Ctrl+C after one second:
    loop.call_later(1, signal.raise_signal, signal.SIGINT)
    try:
        await asyncio.create_task(serve())
    finally:
        await asyncio.sleep(0.5)
        print("connections closed")
    print("served enough")


try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("bye")
