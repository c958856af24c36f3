"""Step 2: a task keeps a coroutine, and how it ended."""


class Task:
    def __init__(self, coro):
        self.coro = coro
        self.done = False
        self.result = None

    def step(self):
        try:
            self.coro.send(None)
        except StopIteration as end:
            self.done = True
            self.result = end.value


class Pause:
    def __await__(self):
        yield


async def count(name):
    for number in range(2):
        print(name, number)
        await Pause()
    return f"{name} is over"


first = Task(count("a"))
second = Task(count("b"))
while not (first.done and second.done):
    first.step()
    second.step()
print(first.result, "-", second.result)
