"""Print what the methods of a Task give in each of its states."""

import asyncio


async def work(error=None):
    await asyncio.sleep(0)
    if error:
        raise error
    return 42


def answer(method):
    try:
        return repr(method())
    except BaseException as error:
        return f"raises {type(error).__name__}"


def show(state, task):
    print(f"{state}:")
    for name in ["done", "cancelled", "result", "exception", "cancel"]:
        print(f"  {name}()", answer(getattr(task, name)))


async def main():
    tasks = [
        asyncio.create_task(work()),
        asyncio.create_task(work(ValueError("bad"))),
        asyncio.create_task(work()),
    ]
    tasks[2].cancel()
    await asyncio.wait(tasks)
    show("pending", asyncio.create_task(work()))
    show("done, with a result", tasks[0])
    show("done, with an exception", tasks[1])
    show("done, cancelled", tasks[2])


asyncio.run(main())
