"""Step 4: a task that sleeps is in a heap of timers."""

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
        ready.append(self)

    def step(self):
        try:
            seconds = self.coro.send(None)
        except StopIteration as end:
            self.done = True
            self.result = end.value
        else:
            due = time.monotonic() + seconds
            heapq.heappush(timers, (due, next(number), self))


def run():
    while ready or timers:
        if not ready:
            time.sleep(max(0, timers[0][0] - time.monotonic()))
        while timers and timers[0][0] <= time.monotonic():
            ready.append(heapq.heappop(timers)[2])
        if ready:
            ready.popleft().step()


class Sleep:
    def __init__(self, seconds):
        self.seconds = seconds

    def __await__(self):
        yield self.seconds


async def fetch(page, seconds):
    print(page, "starts")
    await Sleep(seconds)
    print(page, "ends")


Task(fetch("slow page", 0.6))
Task(fetch("quick page", 0.1))
run()
