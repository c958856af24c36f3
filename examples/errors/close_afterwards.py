"""Close a loop once it has stopped."""

import asyncio


async def main():
    print("main: done")


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
try:
    loop.close()
except RuntimeError as error:
    print(f"{type(error).__name__}: {error}")
