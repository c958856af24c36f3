# fails: cancels 1
"""Let nobody press Ctrl+C."""

import asyncio


async def serve():
    await asyncio.sleep(1.5)
    print("connections closed")


async def main():
    await asyncio.create_task(serve())


asyncio.run(main())
print("bye")
