"""Step 5: create_task(), run(), sleep(), and tasks to await."""

import heapq
import itertools
import time
from collections import deque

ready = deque()
timers = []
number = itertools.count()


class Task:
    def __init__(self, coro):
        self.coro = coro
        self.done = False
        self.result = None
        self.waiting = []
        ready.append(self)

    def step(self):
        try:
            suspend = self.coro.send(None)
        except StopIteration as end:
            self.done = True
            self.result = end.value
            ready.extend(self.waiting)
        else:
            suspend(self)

    def __await__(self):
        if not self.done:
            yield self.waiting.append
        return self.result


class Sleep:
    def __init__(self, seconds):
        self.due = time.monotonic() + seconds

    def start(self, task):
        heapq.heappush(timers, (self.due, next(number), task))

    def __await__(self):
        yield self.start


async def sleep(seconds, result=None):
    await Sleep(seconds)
    return result


def create_task(coro):
    return Task(coro)


def run(coro):
    main = create_task(coro)
    while not main.done:
        if not ready:
            time.sleep(max(0, timers[0][0] - time.monotonic()))
        while timers and timers[0][0] <= time.monotonic():
            ready.append(heapq.heappop(timers)[2])
        if ready:
            ready.popleft().step()
    return main.result


async def fetch(page, seconds):
    print(page, "starts")
    return await sleep(seconds, f"{page} ends")


async def main():
    slow = create_task(fetch("slow page", 0.6))
    quick = create_task(fetch("quick page", 0.1))
    print("created, not started")
    print(await quick)
    print(await slow)


if __name__ == "__main__":
    run(main())
