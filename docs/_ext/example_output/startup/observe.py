"""Watch a program's tasks from outside, and write down what happens to them.

:mod:`sitecustomize` starts this before the program, where a timeline is wanted.
Nothing of asyncio is wrapped or replaced, so no traceback gains a frame and no task
lives longer: from Python 3.12 on, ``sys.monitoring`` tells when a handful of asyncio's
functions start and return; before, a profile function does.

Time is virtual: a sleep, of the loop or of ``time.sleep()``, moves the clock and takes
none.  That makes what is written the same bytes on every run.

Each event is a line of JSON, written at once: a program may end in any way.  The fields
are those of :class:`example_output.timeline.Event`, with a number for each task, whose
name is told by lines of its own.  :mod:`example_output.timeline` reads them.
"""

import asyncio
import asyncio.base_events
import contextlib
import io
import itertools
import json
import math
import os
import selectors
import sys
import threading
import time
import weakref
from asyncio import events, tasks
from collections.abc import Callable
from functools import partial
from types import CodeType, FrameType
from typing import Any, TextIO

PROGRAM = 0
LOOP = -1
_TICK = 1e-7  # seconds: no two looks at the clock give the same, so no timers tie
_TASKS = tuple({tasks.Task, tasks._PyTask})  # type: ignore[attr-defined]
_THREAD = "it starts a thread"
# What would make the order depend on the machine, and its name for readers.
_UNFIT = {
    "_thread.start_new_thread": _THREAD,
    "_thread.start_joinable_thread": _THREAD,
    "subprocess.Popen": "it starts a process",
    "os.fork": "it starts a process",
    "os.posix_spawn": "it starts a process",
    "socket.connect": "it opens a connection",
    "socket.bind": "it opens a connection",
}
_HIDDEN = ("shutdown_asyncgens", "shutdown_default_executor")  # of asyncio.run()


class _Task:
    """What is known of a task, without keeping it alive."""

    def __init__(
        self, number: int, task: "asyncio.Task[Any]", observer: "Observer"
    ) -> None:
        self.number = number
        self.name = ""
        self.state = "new"
        self.cancels = 0
        coroutine = task.get_coro()
        self.coroutine = _name_of(coroutine)
        self.hidden = self.coroutine.rpartition(".")[2] in _HIDDEN
        key = id(task)

        def gone(_: object) -> None:
            with contextlib.suppress(Exception):
                observer.forget(key, self)

        self.task = weakref.ref(task, gone)


class Observer:
    """What has happened so far, and where to write it."""

    def __init__(self, path: str) -> None:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._file = _out_of_the_way(file)
        self._known: dict[int, _Task] = {}
        self._numbers = itertools.count(1)
        self._open: list[_Task] = []
        self._causes: dict[int, object] = {}
        self._cause: object = "loop"
        self._in_handle = False
        self._turn = 0
        self._clock = 0.0
        self._wall = time.time()
        self._real = time.monotonic
        self._behind: float | None = None
        self._busy = False

    # -- What is written -------------------------------------------------------------

    def _write(self, **fields: Any) -> None:
        line = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
        os.write(self._file, line.encode("utf-8", "backslashreplace") + b"\n")

    def _event(
        self, kind: str, lane: int, *, line: int = 0, by: Any = None, what: Any = ""
    ) -> None:
        self._write(
            kind=kind,
            turn=self._turn,
            time=round(self._clock, 3),
            lane=lane,
            line=line,
            by=by,
            what=what,
        )

    def _tell(self, known: _Task, kind: str, **fields: Any) -> None:
        if known.hidden:
            return
        task = known.task()
        name = task.get_name() if task else known.name
        # 3.13.0 calls a task None that a factory has made and nobody has named.
        if name != known.name and name != "None":
            known.name = name
            self._write(lane=known.number, name=name)
        self._event(kind, known.number, **fields)

    # -- Tasks -----------------------------------------------------------------------

    def _here(self) -> int | None:
        """The lane that the code being run belongs to."""
        loop = events._get_running_loop()
        task = tasks.current_task(loop) if loop else None
        if task is None:
            return LOOP if self._in_handle and not self._open else PROGRAM
        known = self._known.get(id(task))
        if known is None:  # it started as it was made: an eager one
            known = self._meet(task)
            self._start(known, task)
        return None if known.hidden else known.number

    def _meet(self, task: "asyncio.Task[Any]") -> _Task:
        """Take note of a new task."""
        by: object = self._maker()
        known = _Task(next(self._numbers), task, self)
        self._known[id(task)] = known
        line = _line(_outside(sys._getframe(1), task))
        self._tell(known, "create", line=line, by=by, what=known.coroutine)
        return known

    def _maker(self) -> object:
        if self._open:
            return self._open[-1].number
        return self._cause if self._in_handle else PROGRAM

    def forget(self, key: int, known: _Task) -> None:
        """A task is gone."""
        if self._known.get(key) is known:
            del self._known[key]
        if known.state != "done" and not known.hidden:
            self._event("destroy", known.number)

    def _start(self, known: _Task, task: "asyncio.Task[Any]") -> None:
        """A step of a task begins."""
        kind = "start" if known.state == "new" else "resume"
        coroutine: Any = task.get_coro()
        line = _inner(coroutine)[0]
        what = ""
        if kind == "start":
            code = getattr(coroutine, "cr_code", None)
            line = code.co_firstlineno if code and _is_own(coroutine.cr_frame) else 0
            if getattr(task, "_must_cancel", False):
                what = "cancelled"
        known.state = "running"
        self._open.append(known)
        self._tell(known, kind, line=line, what=what)

    def _end(self, known: _Task) -> None:
        """A step of a task has ended."""
        task = known.task()
        if task is None:
            return
        if not task.done():
            known.state = "waiting"
            line, what, others = self._reason(task)
            self._tell(known, "suspend", line=line, by=others, what=what)
            return
        known.state = "done"
        if task.cancelled():
            self._tell(known, "cancelled")
        elif (error := task._exception) is not None:
            text = str(error)
            name = type(error).__name__
            self._tell(known, "fail", what=f"{name}: {text}" if text else name)
        else:
            self._tell(known, "finish", what=_value(task.result()))

    def _reason(self, task: "asyncio.Task[Any]") -> tuple[int, str, list[int]]:
        """Where a task waits, for what, and for which tasks."""
        line, call = _inner(task.get_coro())
        future = getattr(task, "_fut_waiter", None)
        if call is not None:
            code, delay = call
            if code.co_name == "sleep":
                return line, f"sleep {float(delay):g}" if delay else "yield", []
            if code.co_filename.endswith("timeouts.py"):
                return line, "timeout", []
            return line, code.co_qualname, self._numbers_of(future)
        if future is None:
            return line, "yield", []
        what = "task" if isinstance(future, _TASKS) else "future"
        if isinstance(future, tasks._GatheringFuture):  # type: ignore[attr-defined]
            what = "gather"
        return line, what, self._numbers_of(future)

    def _numbers_of(self, future: Any) -> list[int]:
        children = getattr(future, "_children", [future])
        found = [self._known.get(id(child)) for child in children]
        return [known.number for known in found if known and not known.hidden]

    # -- What asyncio does -----------------------------------------------------------

    def turn(self) -> None:
        """The loop begins another round."""
        self._close_all()
        self._turn += 1

    def run(self, handle: Any) -> None:
        """A callback is called."""
        self._close_all()
        timer = isinstance(handle, asyncio.TimerHandle)
        self._cause = "timer" if timer else self._causes.pop(id(handle), "loop")
        self._in_handle = True
        task = _stepped(handle)
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
        """A callback will be called in the next round."""
        here = self._here()
        by = here if here and here > 0 else self._maker()
        task = _stepped(handle)
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
            self._tell(known, "ready", by=by, what=what)

    def created(self, task: Any) -> None:
        """A task has been made, and has its name."""
        if not isinstance(task, _TASKS):
            return
        known = self._known.get(id(task))
        if known is None:
            known = self._meet(task)
            self._start(known, task)
        if known in self._open and known.state == "running":
            if known is not self._open[-1]:
                return  # a task that makes itself known while it runs
            self._open.remove(known)
            self._end(known)

    # -- What the program does -------------------------------------------------------

    def printed(self, stream: str, text: str) -> None:
        """It has written something."""
        if self._busy or not text:
            return
        self._busy = True
        try:
            lane = self._here()
            if lane is not None:
                self._event(stream, lane, line=_line(sys._getframe(1)), what=text)
        finally:
            self._busy = False

    def slept(self, seconds: float) -> None:
        """It keeps everything else waiting."""
        lane = self._here()
        if lane is not None:
            line = _line(sys._getframe(1))
            self._event("block", lane, line=line, what=f"{seconds:g}")
        self._clock += seconds

    def unfit(self, why: str) -> None:
        """What it does cannot be told in an order that holds.

        Nor can it be done in virtual time.
        """
        self._write(unfit=why)
        if self._behind is None:
            self._behind = self._real() - self._clock

    # -- The clock -------------------------------------------------------------------

    def now(self) -> float:
        """Seconds since the start."""
        if self._behind is not None:
            return self._real() - self._behind
        self._clock += _TICK
        return self._clock

    def wait(self, seconds: float) -> None:
        """Let time pass, as long as the system's poll would: whole milliseconds."""
        self._clock += math.ceil(seconds * 1000) / 1000

    def set_clock(self) -> None:
        """Have the program, and asyncio, look at our clock."""
        real_sleep = time.sleep
        for name in ("monotonic", "perf_counter"):
            setattr(time, name, self.now)
            setattr(time, f"{name}_ns", lambda: int(self.now() * 1e9))
        time.time = lambda: self._wall + self.now()
        time.time_ns = lambda: int((self._wall + self.now()) * 1e9)

        def sleep(seconds: float, /) -> None:
            fit = isinstance(seconds, (int, float)) and seconds >= 0
            if self._behind is not None or not fit:
                real_sleep(seconds)  # which says what does not fit
            else:
                self.slept(seconds)

        time.sleep = sleep  # type: ignore[assignment]
        self._set_selector()

    def _set_selector(self) -> None:
        if sys.platform == "win32":
            from asyncio.windows_events import IocpProactor as Selector
        else:
            Selector = selectors.DefaultSelector  # noqa: N806  # a class
        real_select = Selector.select

        def select(selector: Any, timeout: float | None = None) -> Any:
            if timeout is None or timeout <= 0 or self._behind is not None:
                return real_select(selector, timeout)
            ready = real_select(selector, 0)
            if not ready:
                self.wait(timeout)
            return ready

        Selector.select = select  # type: ignore[method-assign, assignment]


# -- Looking at asyncio's objects ------------------------------------------------------


def _stepped(handle: Any) -> Any:
    """The task whose next step a callback is, if it is one."""
    callback = getattr(handle, "_callback", None)
    task = getattr(callback, "__self__", None)
    if not isinstance(task, _TASKS):
        return None
    # task.cancel() can be a callback, too.
    public = getattr(callback, "__name__", "") in dir(asyncio.Future)
    return None if public else task


def _is_own(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_globals.get("__name__") == "__main__"


def _local(frame: FrameType, name: str) -> Any:
    """The value of a local variable, or ``None``."""
    found = frame.f_locals
    value = found.get(name)
    if sys.version_info[:2] == (3, 12):
        # A copy, which would keep what is in it alive as long as the frame.  (Before,
        # it is written back; after, it is no copy.)
        found.clear()
    return value


def _outside(frame: FrameType, task: "asyncio.Task[Any]") -> FrameType | None:
    """The frame that made a task, if that was eager and runs already."""
    own = getattr(task.get_coro(), "cr_frame", None)
    above: FrameType | None = frame
    while above is not None and above is not own:
        above = above.f_back
    return above.f_back if above is not None else frame


def _line(frame: FrameType | None) -> int:
    """The line of the program that is being run, or 0."""
    while frame is not None and not _is_own(frame):
        frame = frame.f_back
    return (frame.f_lineno or 0) if frame else 0


def _inner(awaited: Any) -> tuple[int, tuple[CodeType, Any] | None]:
    """The line of the program where a coroutine stands, and what it has called there.

    What it has called is a coroutine of a library: its code, and its ``delay``.
    """
    line, call = 0, None
    while awaited is not None:
        for kind in ("cr", "ag", "gi"):
            if hasattr(awaited, f"{kind}_frame"):
                break
        else:
            break
        frame = getattr(awaited, f"{kind}_frame")
        if frame is None:
            break
        if _is_own(frame):
            line, call = frame.f_lineno or 0, None
        elif call is None:
            call = frame.f_code, _local(frame, "delay")
        link = f"{kind}_yieldfrom" if kind == "gi" else f"{kind}_await"
        awaited = getattr(awaited, link)
    return line, call


def _name_of(coroutine: Any) -> str:
    name = getattr(coroutine, "__qualname__", "") or type(coroutine).__name__
    return str(name).replace("<locals>.", "")


def _value(value: object) -> str:
    """A result that is short and sure to look the same on every run."""
    if value is None or type(value) not in (bool, int, float, str):
        return ""
    text = repr(value)
    return text if len(text) <= 40 else ""


def _out_of_the_way(file: int) -> int:
    """Give the program the descriptors that it would have."""
    if sys.platform == "win32":
        return file
    import fcntl

    high = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 200)
    os.close(file)
    return high


# -- Looking on ------------------------------------------------------------------------


class _Stream(io.TextIOWrapper):
    """A standard stream that says what is written to it."""

    tell_observer: Callable[[str], None]

    def write(self, text: str) -> int:
        """Write, and say so."""
        done = super().write(text)
        # Nothing that goes wrong here is the program's business.
        with contextlib.suppress(Exception):
            self.tell_observer(text)
        return done


# As the plain stream is called in its representation and in messages of errors.
_Stream.__name__ = "_io.TextIOWrapper"
_Stream.__module__, _Stream.__qualname__ = "_io", "TextIOWrapper"


def _watch_streams(observer: Observer) -> None:
    for name, kind in (("stdout", "print"), ("stderr", "error")):
        old: TextIO = getattr(sys, name)
        settings = {
            "encoding": old.encoding,
            "errors": old.errors,
            "newline": None if os.name == "nt" else "\n",
            "line_buffering": old.line_buffering,
            "write_through": old.write_through,  # type: ignore[attr-defined]
        }
        new = _Stream(old.detach(), **settings)  # type: ignore[attr-defined]
        vars(new)["mode"] = "w"
        new.tell_observer = partial(observer.printed, kind)
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def _watch_calls(observer: Observer) -> None:
    base = asyncio.base_events.BaseEventLoop
    started = {
        base._run_once.__code__: lambda _: observer.turn(),  # type: ignore[attr-defined]
        events.Handle._run.__code__: lambda f: observer.run(_local(f, "self")),
        # Audited only from Python 3.12 on.
        threading.Thread.start.__code__: lambda _: observer.unfit(_THREAD),
    }
    returned: dict[CodeType, Callable[[Any], None]] = {
        events.Handle._run.__code__: lambda _: observer.ran(),
        base.call_soon.__code__: observer.scheduled,
        base.create_task.__code__: observer.created,
        tasks.create_task.__code__: observer.created,
        asyncio.TaskGroup.create_task.__code__: observer.created,
    }
    if sys.version_info >= (3, 12):
        _monitor(started, returned)
    else:
        _profile(started, returned)


def _monitor(
    started: dict[CodeType, Callable[[Any], None]],
    returned: dict[CodeType, Callable[[Any], None]],
) -> None:
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool = monitoring.PROFILER_ID + 1
    start, end = monitoring.events.PY_START, monitoring.events.PY_RETURN

    def on_start(code: CodeType, _offset: int) -> None:
        with contextlib.suppress(Exception):
            started[code](sys._getframe(1))

    def on_return(code: CodeType, _offset: int, value: Any) -> None:
        with contextlib.suppress(Exception):
            returned[code](value)

    monitoring.use_tool_id(tool, "example_output")
    monitoring.register_callback(tool, start, on_start)
    monitoring.register_callback(tool, end, on_return)
    for code in started.keys() | returned.keys():
        wanted = (start if code in started else 0) | (end if code in returned else 0)
        monitoring.set_local_events(tool, code, wanted)


def _profile(
    started: dict[CodeType, Callable[[Any], None]],
    returned: dict[CodeType, Callable[[Any], None]],
) -> None:
    def profile(frame: FrameType, event: str, value: Any) -> None:
        code = frame.f_code
        with contextlib.suppress(Exception):
            if event == "call" and code in started:
                started[code](frame)
            elif event == "return" and code in returned:
                returned[code](value)

    sys.setprofile(profile)


def watch(path: str) -> None:
    """Write to a file what the program does from now on."""
    observer = Observer(path)
    observer.set_clock()
    _watch_streams(observer)
    _watch_calls(observer)

    def audit(event: str, _arguments: object) -> None:
        if event in _UNFIT:
            with contextlib.suppress(Exception):
                observer.unfit(_UNFIT[event])

    sys.addaudithook(audit)
