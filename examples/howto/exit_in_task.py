"""Call sys.exit() in a task: the whole loop ends."""

import asyncio
import sys


async def watch_disk():
    await asyncio.sleep(0.05)
    sys.exit(3)


async def main():
    watch = asyncio.create_task(watch_disk())
    try:
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        print("main: cancelled by", repr(watch.exception()))
        raise


try:
    asyncio.run(main())
except SystemExit as end:
    print("run() raises SystemExit:", end.code)
