"""Cancel the main task instead of stopping its loop."""

import asyncio


async def main():
    try:
        await asyncio.sleep(1)
    finally:
        print("main: ends")


async def stop():
    await asyncio.sleep(0.05)
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()


with asyncio.Runner() as runner:
    task = runner.get_loop().create_task(stop())
    try:
        runner.run(main())
    except asyncio.CancelledError:
        print("cancelled")
