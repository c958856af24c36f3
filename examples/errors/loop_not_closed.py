"""Never close a loop, and show what Python warns about."""

import asyncio
import warnings


def message(text, kind, *_):
    return f"{kind.__name__}: {text}\n"


async def main():
    print("main: ends")


warnings.simplefilter("always", ResourceWarning)
warnings.formatwarning = message
loop = asyncio.new_event_loop()
loop.run_until_complete(main())
del loop
