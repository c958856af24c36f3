"""Handle an error between an inner group and the outer one."""

import asyncio


async def work(name, log):
    try:
        await asyncio.sleep(0.3)
        log.append(f"{name} finished")
    except asyncio.CancelledError:
        log.append(f"{name} cancelled")
        raise


async def fail():
    raise ValueError("bad page")


async def update(log):
    try:
        async with asyncio.TaskGroup() as inner:
            inner.create_task(work("download", log))
            inner.create_task(fail())
    except* ValueError:
        log.append("update handled it")


async def main():
    log = []
    try:
        async with asyncio.TaskGroup() as outer:
            outer.create_task(work("backup", log))
            outer.create_task(update(log))
    except* ValueError:
        log.append("main handled it")
    print(*sorted(log), sep="\n")


asyncio.run(main())
