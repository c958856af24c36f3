# /// script
# requires-python = ">=3.12"
# ///
"""Let the logging module write the name of the task."""

import asyncio
import logging

logging.basicConfig(
    format="%(taskName)s: %(message)s",
    level=logging.INFO,
)


async def fetch(user):
    logging.info("asks for %s", user)
    await asyncio.sleep(0.05)
    logging.info("ends")


async def main():
    logging.info("starts")
    task = asyncio.create_task(fetch("alice"), name="fetch:alice")
    await task


asyncio.run(main())
