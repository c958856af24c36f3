"""Connect an observer to the program that runs."""

import asyncio
import asyncio.base_events
import contextlib
import io
import os
import sys
import threading
from asyncio import events, tasks
from collections.abc import Callable
from functools import partial
from types import CodeType, FrameType
from typing import Any, TextIO

from example_output.startup.clock import Clock, LiveClock
from example_output.startup.objects import line_of, local_of
from example_output.startup.observe import Log, Observer

_THREAD = "it starts a thread"
# Audit events that make the order depend on the machine, and their descriptions.
_UNFIT = {
    "_thread.start_new_thread": _THREAD,
    "_thread.start_joinable_thread": _THREAD,
    "subprocess.Popen": "it starts a process",
    "os.fork": "it starts a process",
    "os.posix_spawn": "it starts a process",
    "socket.connect": "it opens a connection",
    "socket.bind": "it opens a connection",
}


class Program:
    """The actions of the program that are not events of a task."""

    def __init__(self, observer: Observer, log: Log, clock: Clock) -> None:
        self._observer = observer
        self._log = log
        self._clock = clock
        self._busy = False

    def printed(self, stream: str, text: str) -> None:
        """The program has written text."""
        if self._busy or not text:
            return
        self._busy = True
        try:
            lane = self._observer.here()
            if lane is not None:
                line = line_of(sys._getframe(1))
                self._observer.catch_up(line)
                self._log.event(stream, lane, line=line, what=text)
        finally:
            self._busy = False

    def slept(self, seconds: float) -> None:
        """The program has blocked the thread with ``time.sleep()``."""
        lane = self._observer.here()
        if lane is not None:
            line = line_of(sys._getframe(1))
            self._observer.catch_up(line)
            self._log.event("block", lane, line=line, what=f"{seconds:g}")

    def unfit(self, why: str) -> None:
        """The order of its events is not deterministic from now on.

        Nor can it run in virtual time.
        """
        self._log.write(unfit=why)
        self._clock.be_real()


class _Stream(io.TextIOWrapper):
    """A standard stream that reports what is written to it."""

    tell_observer: Callable[[str], None]

    def write(self, text: str) -> int:
        """Write text, and report it."""
        done = super().write(text)
        # An error of the observer must not reach the program.
        with contextlib.suppress(Exception):
            self.tell_observer(text)
        return done


# The names of the plain stream in its representation and in error messages.
_Stream.__name__ = "_io.TextIOWrapper"
_Stream.__module__, _Stream.__qualname__ = "_io", "TextIOWrapper"


def _watch_streams(program: Program) -> None:
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
        new.tell_observer = partial(program.printed, kind)
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def _watch_calls(observer: Observer, program: Program) -> None:
    base = asyncio.base_events.BaseEventLoop
    started = {
        base._run_once.__code__: lambda _: observer.turn(),  # type: ignore[attr-defined]
        events.Handle._run.__code__: lambda f: observer.run(local_of(f, "self")),
        # Audited only from Python 3.12 on.
        threading.Thread.start.__code__: lambda _: program.unfit(_THREAD),
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

    def on_unwind(code: CodeType, _offset: int, _error: BaseException) -> None:
        # A callback that raises, as SystemExit does, has ended, too.
        if code is events.Handle._run.__code__:
            with contextlib.suppress(Exception):
                returned[code](None)

    monitoring.use_tool_id(tool, "example_output")
    monitoring.register_callback(tool, start, on_start)
    monitoring.register_callback(tool, end, on_return)
    # It cannot be had for single functions.
    monitoring.register_callback(tool, monitoring.events.PY_UNWIND, on_unwind)
    monitoring.set_events(tool, monitoring.events.PY_UNWIND)
    for code in started.keys() | returned.keys():
        wanted = (start if code in started else 0) | (end if code in returned else 0)
        monitoring.set_local_events(tool, code, wanted)


def _stop_watching() -> None:
    """Let the program run at full speed again; what is known stays as it is."""
    if sys.version_info < (3, 12):
        sys.setprofile(None)
        return
    monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
    tool, kinds = monitoring.PROFILER_ID + 1, monitoring.events
    monitoring.set_events(tool, 0)
    for kind in (kinds.PY_START, kinds.PY_RETURN, kinds.PY_UNWIND):
        monitoring.register_callback(tool, kind, None)


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


def watch(path: str, *, live: bool = False, most: int = 0, lines: int = 0) -> None:
    """Log to a file what the program does from now on.

    :param live: whether waits take their time, because somebody watches.
    :param most: how many events are logged; 0 for all.
    :param lines: how many lines are logged.
    """
    clock = LiveClock() if live else Clock()
    log = Log(path, clock, most, _stop_watching)
    observer = Observer(log, clock)
    program = Program(observer, log, clock)
    clock.install(program.slept)
    _watch_streams(program)
    _watch_calls(observer, program)

    def audit(event: str, _arguments: object) -> None:
        if event in _UNFIT:
            with contextlib.suppress(Exception):
                program.unfit(_UNFIT[event])

    sys.addaudithook(audit)
    if lines:
        from example_output.startup.lines import Lines

        Lines(observer, log, lines).begin()
