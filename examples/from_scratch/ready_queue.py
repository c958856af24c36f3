"""Step 3: an event loop is a queue of tasks that are ready."""

from collections import deque

ready = deque()


class Task:
    def __init__(self, coro):
        self.coro = coro
        self.done = False
        self.result = None
        ready.append(self)

    def step(self):
        try:
            self.coro.send(None)
        except StopIteration as end:
            self.done = True
            self.result = end.value
        else:
            ready.append(self)


def run():
    while ready:
        ready.popleft().step()


class Pause:
    def __await__(self):
        yield


async def count(name):
    for number in range(2):
        print(name, number)
        await Pause()
    return f"{name} is over"


tasks = [Task(count(name)) for name in "abc"]
print("tasks in the queue:", len(ready))
run()
print([task.result for task in tasks])
