# fails: prints in 3 tasks
import asyncio


async def main():
    await asyncio.gather(*(asyncio.sleep(1) for _ in range(3)))
    for page in ("news", "mail", "wiki"):
        print("fetched", page)
    print("all done")


asyncio.run(main())
