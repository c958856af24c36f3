# /// script
# [tool.example-output.axes]
# eager = "the group would stop before its second task"
# ///
"""Leave a group by SystemExit: the other exceptions are dropped."""

import asyncio
import sys


async def fail():
    raise ValueError("bad data")


async def leave():
    sys.exit(5)


async def main():
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())
            group.create_task(leave())
    except BaseException as error:
        print("the group raises:", repr(error))
        print("its context:", error.__context__)


try:
    asyncio.run(main())
except SystemExit as end:
    print("run() raises SystemExit:", end.code)
