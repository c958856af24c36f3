"""Set the result of a Future unless it is done."""

import asyncio


async def main():
    future = asyncio.get_running_loop().create_future()
    for answer in (42, 43):
        try:
            if not future.done():
                future.set_result(answer)
        except asyncio.InvalidStateError as error:
            print(f"{type(error).__name__}: {error}")
    print(await future)


asyncio.run(main())
