"""Let asyncio.run() close the loop that it makes."""

import asyncio
import warnings

warnings.simplefilter("always", ResourceWarning)


async def main():
    print("main: ends")


asyncio.run(main())
