# fails: prints "main goes on" only after "stopped news"
import asyncio


async def load(page):
    try:
        await asyncio.sleep(0.5)
        if page == "broken":
            raise ValueError("no such page")
        await asyncio.sleep(60)
    finally:
        print("stopped", page)


async def main():
    try:
        await asyncio.gather(load("news"), load("broken"))
    except ValueError as error:
        print("failed:", error)
    print("main goes on")


asyncio.run(main())
