"""Name each task after its job, and ask for the name inside it."""

import asyncio


async def greet(user):
    await asyncio.sleep(0.05)
    print(asyncio.current_task().get_name(), "has greeted", user)


async def main():
    tasks = []
    for user in ["alice", "bob"]:
        task = asyncio.create_task(greet(user), name=f"greet:{user}")
        print("created", task.get_name())
        tasks.append(task)
    for task in tasks:
        await task


asyncio.run(main())
