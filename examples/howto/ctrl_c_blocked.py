"""Press Ctrl+C once, then twice, while main() calls a long function."""

import asyncio
import signal


def write_report(presses):
    for page in (1, 2, 3):
        print("report: page", page)
        if page <= presses:
            # As if you pressed Ctrl+C now:
            signal.raise_signal(signal.SIGINT)


async def main(presses):
    write_report(presses)
    print("main: the report is written")
    await asyncio.sleep(1)
    print("never printed")


for presses in (1, 2):
    try:
        asyncio.run(main(presses))
    except KeyboardInterrupt:
        print("stopped by Ctrl+C, pressed:", presses)
