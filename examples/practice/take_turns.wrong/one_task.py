# fails: prints in 2 tasks
import asyncio


async def main():
    for number in (1, 2, 3):
        print("counted", number)
        print("watched", number)


asyncio.run(main())
