"""Press Ctrl+C after a task group of main() has failed."""

import asyncio
import signal


async def fail():
    raise ValueError("no answer")


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
    except* ValueError:
        print("main: the group has failed, and main() goes on")
    loop = asyncio.get_running_loop()
    # As if you pressed Ctrl+C during the wait below:
    loop.call_later(0.05, signal.raise_signal, signal.SIGINT)
    await asyncio.sleep(1)


try:
    asyncio.run(main())
except (KeyboardInterrupt, asyncio.CancelledError) as error:
    print("stopped by", type(error).__name__)
