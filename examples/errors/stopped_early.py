"""Stop a loop while it runs a coroutine to its end."""

import asyncio


async def main():
    try:
        await asyncio.sleep(1)
    finally:
        print("main: ends")


async def stop():
    await asyncio.sleep(0.05)
    asyncio.get_running_loop().stop()


with asyncio.Runner() as runner:
    task = runner.get_loop().create_task(stop())
    try:
        runner.run(main())
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")
