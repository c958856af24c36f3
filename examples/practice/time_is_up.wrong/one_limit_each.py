# fails: ends by 1 s
import asyncio


async def ask(server, seconds):
    await asyncio.sleep(seconds)
    return f"{server} answers"


async def main():
    for server, seconds in (("near", 0.2), ("far", 0.7), ("lost", 60)):
        try:
            print(await asyncio.wait_for(ask(server, seconds), 1))
        except TimeoutError:
            print("time is up")


asyncio.run(main())
