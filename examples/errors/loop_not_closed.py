"""Never close a loop, and show what Python warns about."""

import asyncio
import warnings

warnings.simplefilter("always", ResourceWarning)
warnings.formatwarning = lambda text, kind, *_: f"{kind.__name__}: {text}\n"


async def main():
    print("main: ends")


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
del loop
