"""Cancel a task in the moment in which its wait is over."""

import asyncio


async def with_wait_for(answer):
    await asyncio.wait_for(answer, 10)


async def with_timeout(answer):
    async with asyncio.timeout(10):
        await answer


async def main():
    for function in (with_wait_for, with_timeout):
        answer = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(function(answer))
        await asyncio.sleep(0.05)
        answer.set_result(42)
        task.cancel()
        await asyncio.wait([task])
        print(function.__name__, "- cancelled?", task.cancelled())


asyncio.run(main())
