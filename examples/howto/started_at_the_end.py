"""Start a task while asyncio.run() cancels those that are left."""

import asyncio
import gc

# From here on, garbage is collected only by collect().
gc.disable()


async def say_goodbye():
    await asyncio.sleep(0.05)
    print("never printed")


async def serve():
    try:
        await asyncio.sleep(10)
    finally:
        print("serve: cleans up")
        asyncio.create_task(say_goodbye(), name="goodbye")


async def main():
    task = asyncio.create_task(serve())
    await asyncio.sleep(0.05)
    print("main: ends; done?", task.done())


asyncio.run(main())
print("asyncio.run() has returned")
gc.collect()
