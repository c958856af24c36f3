"""The events of a program's tasks: read them from the log, and describe them.

Pure: :mod:`startup.observe` logs the events, :mod:`.timeline.picture` draws them, and
:mod:`.timeline.recorded` is about their recordings.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from example_output.timeline.words import _, decimal, marked, ngettext

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

# Each sentence begins with its subject, which a picture leaves out; so should its
# translation.
_WAITS = {
    "Condition.wait": marked("{who} waits for a condition"),
    "Event.wait": marked("{who} waits for an event"),
    "Lock.acquire": marked("{who} waits for a lock"),
    "Queue.get": marked("{who} waits for an item of a queue"),
    "Queue.join": marked("{who} waits until a queue is done"),
    "Queue.put": marked("{who} waits for room in a queue"),
    "Semaphore.acquire": marked("{who} waits for a semaphore"),
    "TaskGroup.__aexit__": marked("{who} waits for the tasks of its group"),
    "future": marked("{who} waits for a future"),
    "_ContextManagerMixin.__aenter__": marked("{who} waits for a lock or a semaphore"),
    "_AsCompletedIterator._wait_for_one": marked("{who} waits for the next to be done"),
    "as_completed.<locals>._wait_for_one": marked(
        "{who} waits for the next to be done"
    ),
    "timeout": marked("{who} waits"),
    "yield": marked("{who} lets the others run"),
}


def _suspended(event: Event) -> str:
    if event.what.startswith("sleep "):
        return _("{who} sleeps {time} s", who=event.lane, time=decimal(event.what[6:]))
    if event.what in ("task", "gather"):
        return _("{who} waits for {tasks}", who=event.lane, tasks=listed(event.by))
    if event.what in _WAITS:
        return _(_WAITS[event.what], who=event.lane)
    call = event.what.removeprefix("BaseEventLoop.")
    return _("{who} waits in {call}()", who=event.lane, call=call)


def _woken(event: Event) -> str:
    # Cancelling a task that awaits another one cancels that one, which then wakes it.
    known = {"timer": _("the timer"), "loop": _("the loop"), PROGRAM: "asyncio.run()"}
    who = known.get(event.by[0], event.by[0])
    if event.what == "cancelled":
        return _("{who} wakes {task} with CancelledError", who=who, task=event.lane)
    return _("{who} wakes {task}", who=who, task=event.lane)


def _created(event: Event) -> str:
    known = {
        PROGRAM: _("the program"),
        "timer": _("a timer"),
        "loop": _("a callback"),
    }
    return _(
        "{who} creates {task} from {coroutine}()",
        who=known.get(event.by[0], event.by[0]),
        task=event.lane,
        coroutine=event.what,
    )


def who(event: Event) -> str:
    """Who does it, as the subject of a sentence."""
    return who_is(event.lane)


def who_is(lane: str) -> str:
    """Who a lane stands for."""
    return {PROGRAM: _("the program"), CALLBACKS: _("a callback")}.get(lane, lane)


def label_of(lane: str) -> str:
    """The name of a lane in a picture."""
    return {PROGRAM: _("program"), CALLBACKS: _("callbacks")}.get(lane, lane)


def _printed(event: Event) -> str:
    said, subject = _("“{text}”", text=event.what), who(event)
    if event.more:
        said = ngettext(
            "{text} and {n} line more",
            "{text} and {n} lines more",
            event.more,
            text=said,
        )
    if event.kind == "error":
        return _("{who} writes {text} to standard error", who=subject, text=said)
    return _("{who} prints {text}", who=subject, text=said)


def _finished(event: Event) -> str:
    if event.what:
        return _("{who} finishes with {result}", who=event.lane, result=event.what)
    return _("{who} finishes", who=event.lane)


def _started(event: Event) -> str:
    if event.what == "cancelled":
        return _("{who} has its turn, cancelled already", who=event.lane)
    return _("{who} starts", who=event.lane)


WORDS: dict[str, Callable[[Event], str]] = {
    "create": _created,
    "start": _started,
    "print": _printed,
    "error": _printed,
    "block": lambda e: _(
        "{who} blocks the thread for {time} s", who=who(e), time=decimal(e.what)
    ),
    "compute": lambda e: _(
        "{who} computes for about {time} s", who=who(e), time=decimal(e.what)
    ),
    "suspend": _suspended,
    "ready": _woken,
    "resume": lambda e: _("{who} resumes", who=e.lane),
    "finish": _finished,
    "fail": lambda e: _("{who} fails with {error}", who=e.lane, error=e.what),
    "cancelled": lambda e: _("{who} ends as cancelled", who=e.lane),
    "destroy": lambda e: _("{who} is destroyed before its end", who=e.lane),
}


def listed(names: Sequence[str]) -> str:
    """``Task-1, Task-2 and Task-3``."""
    *first, last = names or (_("others"),)
    if not first:
        return last
    return _("{names} and {last}", names=", ".join(first), last=last)


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
