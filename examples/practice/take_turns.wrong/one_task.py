# fails: takes turns
import asyncio


async def main():
    for number in (1, 2, 3):
        print("counted", number)
        print("watched", number)


asyncio.run(main())
