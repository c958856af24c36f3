# /// script
# [tool.example-output]
# masks = [['\n  _warn.*', '']]
# ///
"""Never close a loop, and show what Python warns about."""

import asyncio
import warnings

warnings.simplefilter("always", ResourceWarning)


async def main():
    print("main: ends")


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
del loop
