"""Hand five kinds of objects to asyncio.create_task()."""

import asyncio


async def report():
    return "ready"


class Lazy:
    def __await__(self):
        return report().__await__()


async def main():
    create = asyncio.create_task
    things = {
        "coroutine": report(),
        "task": asyncio.create_task(report()),
        "future": asyncio.get_running_loop().create_future(),
        "other awaitable": Lazy(),
        "function": report,
    }
    for kind, thing in things.items():
        try:
            task = create(thing)
        except TypeError:
            print(kind, "-> TypeError")
        else:
            new = "a new task" if task is not thing else "itself"
            print(kind, "->", new)


asyncio.run(main())
