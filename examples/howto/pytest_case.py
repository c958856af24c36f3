"""Test code that creates tasks, with pytest and no plugin."""

import asyncio


async def add(first, second):
    await asyncio.sleep(0.01)
    return first + second


def test_two_tasks():
    async def check():
        tasks = [asyncio.create_task(add(n, 1)) for n in (1, 2)]
        assert await asyncio.gather(*tasks) == [2, 3]

    asyncio.run(check())


if __name__ == "__main__":
    test_two_tasks()
    print("passed")
