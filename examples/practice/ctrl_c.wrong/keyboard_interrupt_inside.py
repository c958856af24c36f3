# fails: prints "bye" only after "connections closed"
import asyncio
import signal


async def serve():
    try:
        await asyncio.sleep(60)
    except KeyboardInterrupt:
        await asyncio.sleep(0.5)
        print("connections closed")
        raise


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
