"""Call the blocking function in a thread."""

import asyncio
import time


async def main():
    await asyncio.to_thread(time.sleep, 1.2)
    print("main: ends")


asyncio.run(main())
