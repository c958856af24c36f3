"""Step 1: run a coroutine by hand."""


class Pause:
    def __await__(self):
        yield


async def count(name):
    for number in range(2):
        print(name, number)
        await Pause()
    return f"{name} is over"


coro = count("a")
print("nothing has run yet")
while True:
    try:
        coro.send(None)
        print("suspended")
    except StopIteration as end:
        print("returned:", end.value)
        break
