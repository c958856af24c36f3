# /// script
# [tool.example-output]
# masks = [['took \d\.\d+ seconds', 'took N seconds']]
# ///
"""Block the event loop in debug mode."""

import asyncio
import time


async def main():
    # The usual 0.1 seconds may pass by chance on a busy machine.
    asyncio.get_running_loop().slow_callback_duration = 1
    time.sleep(1.2)
    print("main: ends")


asyncio.run(main(), debug=True)
