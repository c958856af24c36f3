"""Close a loop from a coroutine that it runs."""

import asyncio


async def main():
    loop = asyncio.get_running_loop()
    try:
        loop.close()
    except RuntimeError as error:
        print(f"{type(error).__name__}: {error}")


loop = asyncio.new_event_loop()
loop.run_until_complete(main())
