"""Inspect asyncio's objects without changing them.  Part of :mod:`.observe`."""

import asyncio
import os
import sys
from asyncio import tasks
from types import CodeType, FrameType
from typing import Any

TASKS = tuple({tasks.Task, tasks._PyTask})  # type: ignore[attr-defined]
_PUBLIC = frozenset(dir(asyncio.Future))


def stepped(handle: Any) -> Any:
    """The task whose next step a callback runs, if it runs one."""
    callback = getattr(handle, "_callback", None)
    task = getattr(callback, "__self__", None)
    if not isinstance(task, TASKS):
        return None
    # task.cancel() can be a callback, too.
    return None if getattr(callback, "__name__", "") in _PUBLIC else task


def coroutine_of(task: "asyncio.Task[Any]") -> Any:
    """The coroutine of a task, or ``None`` if it is done.

    Python 3.12.1 crashes if it is asked for that of an eager task that is done.
    """
    return None if task.done() else task.get_coro()


def is_own(frame: FrameType | None) -> bool:
    """Whether a frame belongs to the program itself."""
    return frame is not None and frame.f_globals.get("__name__") == "__main__"


def local_of(frame: FrameType, name: str) -> Any:
    """The value of a local variable, or ``None``."""
    found = frame.f_locals
    value = found.get(name)
    if sys.version_info[:2] == (3, 12):
        # This copy would keep its values alive as long as the frame.  (Earlier versions
        # write it back to the frame; later ones return a view.)
        found.clear()
    return value


def outside(frame: FrameType, task: "asyncio.Task[Any]") -> FrameType | None:
    """The frame that made a task, even if the task is eager and already running."""
    own = getattr(coroutine_of(task), "cr_frame", None)
    above: FrameType | None = frame
    while above is not None and above is not own:
        above = above.f_back
    return above.f_back if above is not None else frame


def line_of(frame: FrameType | None) -> int:
    """The line of the program that is running, or 0."""
    while frame is not None and not is_own(frame):
        frame = frame.f_back
    return (frame.f_lineno or 0) if frame else 0


def inner(awaited: Any) -> tuple[int, tuple[CodeType, Any] | None]:
    """The program line at which a coroutine is suspended, and the call there.

    The call is a coroutine of a library: its code, and its ``delay``.
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
        if is_own(frame):
            line, call = frame.f_lineno or 0, None
        elif call is None:
            call = frame.f_code, local_of(frame, "delay")
        link = f"{kind}_yieldfrom" if kind == "gi" else f"{kind}_await"
        awaited = getattr(awaited, link)
    return line, call


def name_of(coroutine: Any) -> str:
    """A coroutine's qualified name, as a reader would write it."""
    name = getattr(coroutine, "__qualname__", "") or type(coroutine).__name__
    return str(name).replace("<locals>.", "")


def value_of(value: object) -> str:
    """The text of a result, if it is short and the same on every run."""
    if value is None or type(value) not in (bool, int, float, str):
        return ""
    text = repr(value)
    return text if len(text) <= 40 else ""


def beginning(task: "asyncio.Task[Any]") -> tuple[int, str]:
    """The line at which a task starts, and whether it is cancelled already."""
    coroutine: Any = coroutine_of(task)
    code = getattr(coroutine, "cr_code", None)
    line = code.co_firstlineno if code and is_own(coroutine.cr_frame) else 0
    return line, "cancelled" if getattr(task, "_must_cancel", False) else ""


def outcome(task: "asyncio.Task[Any]") -> tuple[str, str]:
    """How a task has ended: the kind of the event, and its result or its error."""
    if task.cancelled():
        return "cancelled", ""
    error = task._exception  # not exception(), after which no error would be logged
    if error is None:
        return "finish", value_of(task.result())
    name, text = type(error).__name__, str(error)
    return "fail", f"{name}: {text}" if text else name


def out_of_the_way(file: int) -> int:
    """Move a file descriptor up, so that the program gets its usual ones."""
    try:
        import fcntl
    except ImportError:  # on Windows, and in some releases of Pyodide
        return file
    for wanted in (200, 100, 50):
        try:
            high = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, wanted)
        except OSError:  # above the limit of this process
            continue
        os.close(file)
        return high
    return file


def reason(task: "asyncio.Task[Any]") -> tuple[int, str, Any]:
    """The line at which a task waits, the reason, and the future that it awaits."""
    line, call = inner(coroutine_of(task))
    future = getattr(task, "_fut_waiter", None)
    if call is not None:
        code, delay = call
        if code.co_name == "sleep":
            return line, f"sleep {float(delay):g}" if delay else "yield", None
        if code.co_filename.endswith("timeouts.py"):
            return line, "timeout", None
        return line, code.co_qualname, future
    if future is None:
        return line, "yield", None
    what = "task" if isinstance(future, TASKS) else "future"
    if isinstance(future, tasks._GatheringFuture):  # type: ignore[attr-defined]
        what = "gather"
    return line, what, future
