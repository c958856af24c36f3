"""Ask for the event loop where it runs."""

import asyncio


async def main():
    running = asyncio.get_running_loop()
    print("the same loop:", asyncio.get_event_loop() is running)


asyncio.run(main())
