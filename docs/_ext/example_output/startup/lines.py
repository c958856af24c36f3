"""Log each line of a program before it runs, with its variables.

Part of :mod:`.observe`.  Beside the variables go what the loop will run next, and its
timers.  A reader steps through it in a page; nothing is recorded.
"""

import asyncio
import contextlib
import sys
from asyncio import events
from types import CodeType, FrameType
from typing import Any

from example_output.startup.objects import TASKS, is_own, stepped
from example_output.startup.observe import Log, Observer

_LONGEST = 60  # characters of a value
_ITEMS = 8  # of a collection, variables of a function, callbacks of a queue
_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_BRACKETS: dict[type, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
}
_CODE = ("module", "function", "builtin_function_or_method", "type")


def text_of(value: object, depth: int = 2) -> str:
    """A value as text; objects of the program's own are never asked for theirs."""
    kind = type(value)
    if kind in _PLAIN:
        text = repr(value)
    elif isinstance(value, TASKS):
        text = f"<Task {value.get_name()}>"
    elif depth and kind in _BRACKETS:
        left, right = _BRACKETS[kind]
        items: Any = value
        text = f"{left}{_listed([text_of(item, depth - 1) for item in items])}{right}"
    elif depth and type(value) is dict:
        rows = [
            f"{text_of(key, 0)}: {text_of(item, depth - 1)}"
            for key, item in value.items()
        ]
        text = f"{{{_listed(rows)}}}"
    else:
        text = f"<{kind.__qualname__}>"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _listed(texts: list[str]) -> str:
    more = ["…"] if len(texts) > _ITEMS else []
    return ", ".join(texts[:_ITEMS] + more)


def variables(frame: FrameType) -> dict[str, str]:
    """The variables of a function, or of the program: its data, and nothing else."""
    found = {
        name: text_of(value)
        for name, value in list(frame.f_locals.items())
        if not name.startswith(("_", "."))
        and not isinstance(value, type)
        and type(value).__name__
        not in ("module", "function", "builtin_function_or_method")
    }
    return dict(list(found.items())[: 2 * _ITEMS])


class Lines:
    """Logs lines.

    :param most: how many; then the program runs at full speed.
    """

    def __init__(self, observer: Observer, log: Log, most: int) -> None:
        self._observer = observer
        self._log = log
        self._left = most
        self._tool = 0

    def begin(self) -> None:
        """Have Python report lines; before Python 3.12, it cannot."""
        if sys.version_info < (3, 12):
            return
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
        self._tool = monitoring.DEBUGGER_ID
        monitoring.use_tool_id(self._tool, "example_output")
        monitoring.register_callback(self._tool, monitoring.events.LINE, self._line)
        monitoring.set_events(self._tool, monitoring.events.LINE)

    def _line(self, code: CodeType, number: int) -> Any:
        monitoring: Any = sys.monitoring  # type: ignore[attr-defined, unused-ignore]
        frame = sys._getframe(1)
        if not is_own(frame):
            return monitoring.DISABLE
        if self._left == 0:
            monitoring.set_events(self._tool, 0)
            return monitoring.DISABLE
        self._left -= 1
        with contextlib.suppress(Exception):
            self._write(code, frame, number)
        return None

    def _write(self, code: CodeType, frame: FrameType, number: int) -> None:
        lane = self._observer.here()
        if lane is None:
            return
        loop: Any = events._get_running_loop()
        self._log.write(
            at=number,
            turn=self._log.turn,
            time=self._log.now,
            lane=lane,
            function="" if code.co_name == "<module>" else code.co_qualname,
            variables=variables(frame),
            ready=[self._label(h) for h in list(loop._ready)[:_ITEMS]] if loop else [],
            timers=self._timers(loop) if loop else [],
        )

    def _timers(self, loop: Any) -> list[tuple[float, object]]:
        """The timers in their order: seconds from now, and what they wake."""
        now = loop.time()
        waiting = [h for h in sorted(loop._scheduled) if not h.cancelled()]
        return [
            (round(max(0, handle.when() - now), 3), self._label(handle))
            for handle in waiting[:_ITEMS]
        ]

    def _label(self, handle: asyncio.Handle) -> object:
        """The number of the task that a callback runs or wakes, or the callback."""
        meant = stepped(handle)
        futures = getattr(handle, "_args", None) or ()
        for number, task in self._observer.alive():
            waits = getattr(task, "_fut_waiter", None)
            if task is meant or any(waits is future for future in futures if waits):
                return number
        callback = getattr(handle, "_callback", None)
        return str(getattr(callback, "__qualname__", "a callback"))
