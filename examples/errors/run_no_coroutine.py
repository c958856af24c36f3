"""Try to run what is not a coroutine."""

# /// script
# requires-python = "<3.14"
# ///

import asyncio


class Answer:
    def __await__(self):
        return (yield from asyncio.sleep(0, 42).__await__())


async def main():
    print(await Answer())


for wrong in (main, Answer()):
    try:
        asyncio.run(wrong)
    except ValueError as error:
        print(f"{type(error).__name__}: {error}")
