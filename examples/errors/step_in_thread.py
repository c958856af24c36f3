"""Call the blocking function in a thread, in debug mode."""

import asyncio
import time


async def main():
    # The usual 0.1 seconds are few on a busy machine.
    asyncio.get_running_loop().slow_callback_duration = 0.3
    await asyncio.to_thread(time.sleep, 0.5)
    print("main: ends")


asyncio.run(main(), debug=True)
