"""Ask for the event loop where it runs."""

import asyncio


async def main():
    running = asyncio.get_running_loop()
    if asyncio.get_event_loop() is running:
        print("one and the same loop")


asyncio.run(main())
