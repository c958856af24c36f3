"""The events of a program's tasks: read them from the log, and describe them.

Pure: :mod:`startup.observe` logs the events, :mod:`.timeline.picture` draws them, and
:mod:`.timeline.recorded` is about their recordings.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

PROGRAM = "program"
"""The lane of code that runs outside the loop."""
CALLBACKS = "callbacks"
"""The lane of code that the loop runs outside all tasks."""
BLOCKS = ("block", "compute")
"""The kinds of events during which nothing else can run."""
_LANES = {0: PROGRAM, -1: CALLBACKS}


class UnfitError(Exception):
    """The order of a program's events is not deterministic; the message says why."""


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    turn: int
    """The iteration of the loop, from 1; 0 before the first."""
    time: float
    """Seconds since the program started, on a clock that only sleeping advances."""
    lane: str
    """The task's name, or :data:`PROGRAM`, or :data:`CALLBACKS`."""
    kind: str
    """``create``, ``start``, ``print``, ``error`` (printed on standard error),
    ``block`` (the thread sleeps), ``compute`` (for long), ``suspend``, ``ready``,
    ``resume``, ``finish``, ``fail``, ``cancelled`` or ``destroy``."""
    line: int = 0
    """The line of the program, from 1, or 0 if there is none."""
    by: tuple[str, ...] = ()
    """Who created it or made it ready; the tasks it waits for."""
    what: str = ""
    """The coroutine, the reason for waiting, or the first line of printed text."""
    more: int = 0
    """How many lines of printed text come after the first."""

    @property
    def words(self) -> str:
        """The event as a sentence, without a full stop."""
        return WORDS[self.kind](self)

    @property
    def place(self) -> tuple[str, ...]:
        """What identifies it, regardless of its line and time."""
        return (self.lane, self.kind, *self.by, self.what, str(self.more))


# -- Words -----------------------------------------------------------------------------

_WAITS = {
    "Condition.wait": "waits for a condition",
    "Event.wait": "waits for an event",
    "Lock.acquire": "waits for a lock",
    "Queue.get": "waits for an item of a queue",
    "Queue.join": "waits until a queue is done",
    "Queue.put": "waits for room in a queue",
    "Semaphore.acquire": "waits for a semaphore",
    "TaskGroup.__aexit__": "waits for the tasks of its group",
    "future": "waits for a future",
    "_ContextManagerMixin.__aenter__": "waits for a lock or a semaphore",
    "_AsCompletedIterator._wait_for_one": "waits for the next to be done",
    "as_completed.<locals>._wait_for_one": "waits for the next to be done",
    "timeout": "waits",
    "yield": "lets the others run",
}


def _suspended(event: Event) -> str:
    if event.what.startswith("sleep "):
        return f"{event.lane} sleeps {event.what[6:]} s"
    if event.what in ("task", "gather"):
        return f"{event.lane} waits for {listed(event.by)}"
    call = event.what.removeprefix("BaseEventLoop.")
    return f"{event.lane} {_WAITS.get(event.what, f'waits in {call}()')}"


def _woken(event: Event) -> str:
    # Cancelling a task that awaits another one cancels that one, which then wakes it.
    error = " with CancelledError" if event.what == "cancelled" else ""
    who = {"timer": "the timer", "loop": "the loop", PROGRAM: "asyncio.run()"}
    return f"{who.get(event.by[0], event.by[0])} wakes {event.lane}{error}"


def _created(event: Event) -> str:
    maker = {PROGRAM: "the program", "timer": "a timer", "loop": "a callback"}
    who = maker.get(event.by[0], event.by[0])
    return f"{who} creates {event.lane} from {event.what}()"


def who(event: Event) -> str:
    """Who does it, as the subject of a sentence."""
    return who_is(event.lane)


def who_is(lane: str) -> str:
    """Who a lane stands for."""
    return {PROGRAM: "the program", CALLBACKS: "a callback"}.get(lane, lane)


def _printed(event: Event) -> str:
    more = f" and {count_of(event.more, 'line')} more" if event.more else ""
    to = " to standard error" if event.kind == "error" else ""
    verb = "writes" if to else "prints"
    return f"{who(event)} {verb} “{event.what}”{more}{to}"


def _blocked(event: Event) -> str:
    return f"{who(event)} blocks the thread for {event.what} s"


WORDS: dict[str, Callable[[Event], str]] = {
    "create": _created,
    "start": lambda e: (
        f"{e.lane} has its turn, cancelled already"
        if e.what == "cancelled"
        else f"{e.lane} starts"
    ),
    "print": _printed,
    "error": _printed,
    "block": _blocked,
    "compute": lambda e: f"{who(e)} computes for about {e.what} s",
    "suspend": _suspended,
    "ready": _woken,
    "resume": lambda e: f"{e.lane} resumes",
    "finish": lambda e: f"{e.lane} finishes" + (f" with {e.what}" if e.what else ""),
    "fail": lambda e: f"{e.lane} fails with {e.what}",
    "cancelled": lambda e: f"{e.lane} ends as cancelled",
    "destroy": lambda e: f"{e.lane} is destroyed before its end",
}


def listed(names: Sequence[str]) -> str:
    """``Task-1, Task-2 and Task-3``."""
    *first, last = names or ("others",)
    return f"{', '.join(first)} and {last}" if first else last


def count_of(number: int, noun: str) -> str:
    """``1 line``, ``2 lines``."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


# -- From the observer -----------------------------------------------------------------


def read_events(raw: str, clean: Callable[[str], str]) -> list[Event]:
    """The events that an observer has written.

    :param clean: normalizes a piece of output.
    :raises UnfitError: if the observer reports that their order is not deterministic.
    """
    rows = [json.loads(row) for row in raw.split("\n") if row.endswith("}")]
    for row in rows:
        if "unfit" in row:
            raise UnfitError(row["unfit"])
    names = names_of(rows)
    found = (_event(row, names, clean) for row in _joined(rows))
    return [event for event in found if event]


def names_of(rows: Iterable[dict[str, Any]]) -> dict[Any, str]:
    """The name of each lane: its last one, with a number if several are equal."""
    last = {row["lane"]: row["name"] for row in rows if "name" in row}
    names: dict[Any, str] = dict(_LANES)
    taken: dict[str, int] = {}
    for lane, name in last.items():
        taken[name] = taken.get(name, 0) + 1
        names[lane] = name if taken[name] == 1 else f"{name}#{taken[name]}"
    return names


def _joined(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Join output that was written in pieces: one event for each line, or report."""
    last: dict[str, Any] = {}
    for row in rows:
        if "kind" not in row:
            continue
        same = ("kind", "lane", "turn", "time", "line")
        goes_on = last and all(row[name] == last[name] for name in same)
        whole = row["kind"] == "print" and last.get("what", "").endswith("\n")
        if goes_on and row["kind"] in ("print", "error") and not whole:
            last = {**last, "what": last["what"] + row["what"]}
            continue
        if last:
            yield last
        last = row
    if last:
        yield last


def _event(
    row: dict[str, Any], names: dict[Any, str], clean: Callable[[str], str]
) -> Event | None:
    what, more = str(row["what"]), 0
    if row["kind"] in ("print", "error"):
        text = clean(what)
        if not text:
            return None
        more = text.count("\n", 0, -1)
        what = text.partition("\n")[0]
    elif row["kind"] == "fail":
        what = clean(what).partition("\n")[0]
    by = row["by"] if isinstance(row["by"], list) else [row["by"]]
    return Event(
        # A program in a page could write to the log, and numbers become HTML.
        turn=int(row["turn"]),
        time=float(row["time"]),
        lane=names.get(row["lane"], "?"),
        kind=row["kind"],
        line=int(row["line"]),
        by=tuple(names.get(who, str(who)) for who in by if who is not None),
        what=what,
        more=more,
    )
