# /// script
# requires-python = ">=3.14"
# ///
"""Call functions that will be removed."""

import asyncio


async def work():
    return 42


print(asyncio.iscoroutinefunction(work))
policy = asyncio.get_event_loop_policy()
