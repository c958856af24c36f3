import asyncio


async def fetch(page):
    await asyncio.sleep(1)
    print("fetched", page)


async def main():
    news = asyncio.create_task(fetch("news"))
    mail = asyncio.ensure_future(fetch("mail"))
    await fetch("wiki")
    await asyncio.wait([news, mail])
    print("all done")


asyncio.run(main())
