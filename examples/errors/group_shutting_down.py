"""Start a task of a group while the group shuts down."""

import asyncio


async def fail():
    raise ValueError("bad data")


async def say_goodbye():
    await asyncio.sleep(0)


async def listen(group):
    try:
        await asyncio.sleep(1)
    finally:
        goodbye = say_goodbye()
        try:
            group.create_task(goodbye)
        except RuntimeError as error:
            print(f"{type(error).__name__}: {error}")
            goodbye.close()


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(listen(group))
        group.create_task(fail())


try:
    asyncio.run(main())
except* ValueError:
    print("the group has failed")
