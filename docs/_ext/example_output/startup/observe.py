"""Observe a program's tasks from outside, and log what happens to them.

:mod:`sitecustomize` starts this before the program, if a timeline is wanted.  It wraps
and replaces nothing in asyncio, so no traceback gains a frame and no task lives longer.
``sys.monitoring`` reports when a handful of asyncio's functions start and return;
before Python 3.12, a profile function does.

Time is virtual (see :mod:`.clock`), so that every run writes the same bytes.  In a
page, where a reader watches, only the time of the loop is.

Each event is a line of JSON, written immediately, because the program may end at any
time.  The fields are those of :class:`example_output.timeline.events.Event`, with a
number for each task; separate lines give the names of tasks.
:mod:`example_output.timeline.events` reads the file.
"""

import asyncio
import contextlib
import itertools
import json
import os
import sys
import weakref
from asyncio import events, tasks
from collections.abc import Callable, Iterator
from typing import Any

from example_output.startup.clock import Clock
from example_output.startup.objects import (
    TASKS,
    beginning,
    coroutine_of,
    inner,
    line_of,
    name_of,
    out_of_the_way,
    outcome,
    outside,
    reason,
    stepped,
)

PROGRAM = 0
LOOP = -1
# json.dumps() would make an encoder for each event, which is half of its time.
_AS_LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_HIDDEN = ("shutdown_asyncgens", "shutdown_default_executor")  # of asyncio.run()


class _Task:
    """What is known about a task, without keeping it alive."""

    def __init__(
        self, number: int, task: "asyncio.Task[Any]", observer: "Observer"
    ) -> None:
        self.number = number
        self.name = ""
        self.state = "new"
        self.cancels = 0
        coroutine = coroutine_of(task)
        self.coroutine = name_of(coroutine)
        self.hidden = self.coroutine.rpartition(".")[2] in _HIDDEN
        key = id(task)

        def gone(_: object) -> None:
            with contextlib.suppress(Exception):
                observer.forget(key, self)

        self.task = weakref.ref(task, gone)


class Log:
    """The file of events.

    :param path: where it is.
    :param most: how many events it may have; 0 for any number.
    :param full: called after the last of them.
    """

    def __init__(
        self, path: str, clock: Clock, most: int, full: Callable[[], None]
    ) -> None:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = out_of_the_way(file)
        self._clock = clock
        self._most = most
        self._full = full
        self._count = 0
        self.turn = 0

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return round(self._clock.seconds, 3)

    def write(self, **fields: Any) -> None:
        """Write a line, immediately."""
        line = _AS_LINE(fields).encode("utf-8", "backslashreplace")
        os.write(self._file, line + b"\n")

    def event(
        self, kind: str, lane: int, *, line: int = 0, by: Any = None, what: Any = ""
    ) -> None:
        """Write an event that happens now."""
        self._count += 1
        if self._most and self._count > self._most:
            if self._count == self._most + 1:
                self.write(full=self._most)
                self._full()
            return
        self.write(
            kind=kind,
            turn=self.turn,
            time=self.now,
            lane=lane,
            line=line,
            by=by,
            what=what,
        )

    def computed(self, known: _Task | None, line: int) -> None:
        """Write that a task, or a callback, has computed long enough until now."""
        seconds = self._clock.computed()
        if seconds and not (known and known.hidden):
            lane = known.number if known else LOOP
            self.event("compute", lane, line=line, what=f"{seconds:g}")
            self._clock.seconds += seconds
            self._clock.rest()

    def task_event(self, known: _Task, kind: str, **fields: Any) -> None:
        """Write an event of a task, and the task's name, if that is new."""
        if known.hidden:
            return
        task = known.task()
        name = task.get_name() if task else known.name
        # In 3.13.0, an unnamed task of a task factory is called None.
        if name != known.name and name != "None":
            known.name = name
            self.write(lane=known.number, name=name)
        self.event(kind, known.number, **fields)


class Observer:
    """Tracks the state of all tasks, and logs their events."""

    def __init__(self, log: Log, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._known: dict[int, _Task] = {}
        self._numbers = itertools.count(1)
        self._open: list[_Task] = []
        self._causes: dict[int, object] = {}
        self._cause: object = "loop"
        self._in_handle = False

    def here(self) -> int | None:
        """The lane of the code that is running."""
        loop = events._get_running_loop()
        task = tasks.current_task(loop) if loop else None
        if task is None:
            return LOOP if self._in_handle and not self._open else PROGRAM
        known = self._known.get(id(task))
        if known is None:  # an eager task, which starts while it is being created
            known = self._meet(task)
            self._start(known, task)
        return None if known.hidden else known.number

    def catch_up(self, line: int = 0) -> None:
        """Something is about to happen: write how long the loop computed until then."""
        # Only then, since a look at a frame can change what is collected first.
        if self._in_handle and self._clock.computed():
            known = self._open[-1] if self._open else None
            self._log.computed(known, line or line_of(sys._getframe(1)))

    def alive(self) -> Iterator[tuple[int, Any]]:
        """Yield the number and the task, for each of the program that exists."""
        for known in list(self._known.values()):
            task = known.task()
            if task is not None and not known.hidden:
                yield known.number, task

    def _meet(self, task: "asyncio.Task[Any]") -> _Task:
        """Register a new task."""
        self.catch_up()
        by: object = self._maker()
        known = _Task(next(self._numbers), task, self)
        self._known[id(task)] = known
        line = line_of(outside(sys._getframe(1), task))
        self._log.task_event(known, "create", line=line, by=by, what=known.coroutine)
        return known

    def _maker(self) -> object:
        if self._open:
            # asyncio.run() closes asynchronous generators, each in a task.
            return PROGRAM if self._open[-1].hidden else self._open[-1].number
        return self._cause if self._in_handle else PROGRAM

    def forget(self, key: int, known: _Task) -> None:
        """A task has been garbage-collected."""
        if self._known.get(key) is known:
            del self._known[key]
        if known.state != "done" and not known.hidden:
            self._log.event("destroy", known.number)

    def _start(self, known: _Task, task: "asyncio.Task[Any]") -> None:
        """A step of a task begins."""
        kind = "start" if known.state == "new" else "resume"
        line, what = inner(coroutine_of(task))[0], ""
        if kind == "start":
            line, what = beginning(task)
        known.state = "running"
        self._open.append(known)
        self._log.task_event(known, kind, line=line, what=what)
        self._clock.rest()

    def _end(self, known: _Task) -> None:
        """A step of a task has ended."""
        task = known.task()
        if task is None:
            return
        if self._clock.computed():
            self._log.computed(known, inner(coroutine_of(task))[0])
        if not task.done():
            known.state = "waiting"
            # uncancel() may have lowered it, as asyncio.timeout() does.
            known.cancels = min(known.cancels, task.cancelling())
            line, what, future = reason(task)
            self._log.task_event(
                known, "suspend", line=line, by=self._found(future), what=what
            )
            return
        known.state = "done"
        kind, what = outcome(task)
        self._log.task_event(known, kind, what=what)

    def _found(self, future: Any) -> list[int]:
        """The tasks among a future and the futures that it gathers."""
        children = getattr(future, "_children", [future])
        found = [self._known.get(id(child)) for child in children]
        return [known.number for known in found if known and not known.hidden]

    def turn(self) -> None:
        """The loop begins its next iteration."""
        self._close_all()
        self._log.turn += 1

    def run(self, handle: Any) -> None:
        """A callback is called."""
        self._close_all()
        timer = isinstance(handle, asyncio.TimerHandle)
        self._cause = "timer" if timer else self._causes.pop(id(handle), "loop")
        self._in_handle = True
        self._clock.rest()
        task = stepped(handle)
        if task is not None:
            known = self._known.get(id(task)) or self._meet(task)
            self._start(known, task)

    def ran(self) -> None:
        """A callback has returned."""
        self._close_all()
        self._in_handle = False

    def _close_all(self) -> None:
        while self._open:
            self._end(self._open.pop())

    def scheduled(self, handle: Any) -> None:
        """A callback will be called in the next iteration."""
        self.catch_up()
        here = self.here()
        by = here if here and here > 0 else self._maker()
        task = stepped(handle)
        if task is None:
            self._causes[id(handle)] = by
            return
        known = self._known.get(id(task))
        if known is None:
            self._meet(task)
        elif known.state == "waiting":
            known.state = "ready"
            cancels = task.cancelling()
            what = "cancelled" if cancels > known.cancels else ""
            known.cancels = cancels
            self._log.task_event(known, "ready", by=by, what=what)

    def created(self, task: Any) -> None:
        """A task has been created and named."""
        if not isinstance(task, TASKS):
            return
        known = self._known.get(id(task))
        if known is None:
            known = self._meet(task)
            self._start(known, task)
        if known in self._open and known.state == "running":
            if known is not self._open[-1]:
                return  # an eager task that registers itself while it runs
            self._open.remove(known)
            self._end(known)
