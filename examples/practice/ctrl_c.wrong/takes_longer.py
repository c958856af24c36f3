# fails: ends by 1.5 s
import asyncio
import signal


async def serve():
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(2)
        print("connections closed")


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
