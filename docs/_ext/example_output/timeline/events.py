"""The events of an example's tasks: read, write, describe and compare them.

Pure: :mod:`startup.observe` logs the events, :mod:`.timeline.picture` draws them.

The text of a timeline has a line for each event, for review::

    turn    time  line  event
       1       0    13  Task-1 print: "main coroutine started"
       1       0    15  Task-2 create by Task-1: task_coroutine
       4       1     -  Task-2 ready by timer
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

PROGRAM = "program"
"""The lane of code that runs outside the loop."""
CALLBACKS = "callbacks"
"""The lane of code that the loop runs outside all tasks."""
_LANES = {0: PROGRAM, -1: CALLBACKS}
_HEADING = "turn    time  line  event"
_NAME = r'[\w.()#-]+|"(?:[^"\\]|\\.)*"'
_ROW = re.compile(
    rf" *(?P<turn>\d+) +(?P<time>[\d.]+) +(?P<line>\d+|-)  (?P<lane>{_NAME}) "
    rf"(?P<kind>[a-z]+)(?: by (?P<by>(?:{_NAME})(?:, (?:{_NAME}))*))?"
    r"(?:: (?P<what>.*))?"
)
_TEXT = re.compile(r'(?P<text>"(?:[^"\\]|\\.)*")(?: and (?P<more>\d+) more)?')
_SECONDS = r"\d+(?:\.\d+)?(?:e[+-]?\d+)?"
_UNFIT = "unfit: "
_MOST = 5  # sentences about one change


class TimelineError(ValueError):
    """A text is not a timeline; the message says why, ``line`` is the line."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


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
    ``block`` (the thread sleeps), ``suspend``, ``ready``, ``resume``, ``finish``,
    ``fail``, ``cancelled`` or ``destroy``."""
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
        return _WORDS[self.kind](self)

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
        return f"{event.lane} waits for {_listed(event.by)}"
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


def _who(event: Event) -> str:
    return {PROGRAM: "the program", CALLBACKS: "a callback"}.get(event.lane, event.lane)


def _printed(event: Event) -> str:
    more = f" and {_count(event.more, 'line')} more" if event.more else ""
    to = " to standard error" if event.kind == "error" else ""
    verb = "writes" if to else "prints"
    return f"{_who(event)} {verb} “{event.what}”{more}{to}"


def _blocked(event: Event) -> str:
    return f"{_who(event)} blocks the thread for {event.what} s"


_WORDS: dict[str, Callable[[Event], str]] = {
    "create": _created,
    "start": lambda e: (
        f"{e.lane} has its turn, cancelled already"
        if e.what == "cancelled"
        else f"{e.lane} starts"
    ),
    "print": _printed,
    "error": _printed,
    "block": _blocked,
    "suspend": _suspended,
    "ready": _woken,
    "resume": lambda e: f"{e.lane} resumes",
    "finish": lambda e: f"{e.lane} finishes" + (f" with {e.what}" if e.what else ""),
    "fail": lambda e: f"{e.lane} fails with {e.what}",
    "cancelled": lambda e: f"{e.lane} ends as cancelled",
    "destroy": lambda e: f"{e.lane} is destroyed before its end",
}


def _listed(names: Sequence[str]) -> str:
    *first, last = names or ("others",)
    return f"{', '.join(first)} and {last}" if first else last


def _count(number: int, noun: str) -> str:
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
    names = _names(rows)
    found = (_event(row, names, clean) for row in _joined(rows))
    return [event for event in found if event]


def _names(rows: Iterable[dict[str, Any]]) -> dict[Any, str]:
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
        turn=row["turn"],
        time=row["time"],
        lane=names.get(row["lane"], "?"),
        kind=row["kind"],
        line=row["line"],
        by=tuple(names.get(who, str(who)) for who in by if who is not None),
        what=what,
        more=more,
    )


# -- The text of a timeline ------------------------------------------------------------


def write_timeline(events: Iterable[Event]) -> str:
    """The text of a timeline."""
    return "".join(f"{row}\n" for row in [_HEADING, *map(_row, events)])


def _row(event: Event) -> str:
    by = f" by {', '.join(map(_quoted, event.by))}" if event.by else ""
    what = event.what
    if event.kind in ("print", "error"):
        what = json.dumps(what, ensure_ascii=False)
        what += f" and {event.more} more" if event.more else ""
    what = f": {what}" if what else ""
    time = f"{event.time:.3f}".rstrip("0").rstrip(".")
    place = f"{event.turn:4}  {time:>6}  {event.line or '-':>4}"
    return f"{place}  {_quoted(event.lane)} {event.kind}{by}{what}"


def _quoted(name: str) -> str:
    return name if re.fullmatch(_NAME, name) else json.dumps(name, ensure_ascii=False)


def _unquoted(name: str) -> str:
    return str(json.loads(name)) if name.startswith('"') else name


def write_unfit(why: str) -> str:
    """The text for a program whose timeline cannot be recorded."""
    return f"{_UNFIT}{why}\n"


def read_timeline(text: str) -> list[Event]:
    """The events of a text.

    :raises UnfitError: if it says that the timeline cannot be recorded.
    :raises TimelineError: if it is not the text of a timeline.
    """
    if text.startswith(_UNFIT):
        raise UnfitError(text.removeprefix(_UNFIT).rstrip("\n"))
    heading, *rows = text.removesuffix("\n").split("\n")
    if heading != _HEADING:
        raise TimelineError(f"it does not begin with {_HEADING!r}", 1)
    return [_read_row(row, number) for number, row in enumerate(rows, 2)]


def _read_row(row: str, number: int) -> Event:
    found = _ROW.fullmatch(row)
    if not found or found["kind"] not in _WORDS:
        raise TimelineError(f"this is not an event: {row!r}", number)
    event = Event(
        turn=int(found["turn"]),
        time=float(found["time"]),
        lane=_unquoted(found["lane"]),
        kind=found["kind"],
        line=0 if found["line"] == "-" else int(found["line"]),
        by=tuple(_unquoted(name) for name in re.findall(_NAME, found["by"] or "")),
        what=found["what"] or "",
    )
    if event.kind == "block" and not re.fullmatch(_SECONDS, event.what):
        raise TimelineError(f"this does not say how long it blocks: {row!r}", number)
    if event.kind not in ("print", "error"):
        return event
    printed = _TEXT.fullmatch(event.what)
    if not printed:
        raise TimelineError(f"this does not say what is printed: {row!r}", number)
    more = int(printed["more"] or 0)
    return replace(event, what=json.loads(printed["text"]), more=more)


def unordered(events: Sequence[Event]) -> str:
    """Why the order of some events is not deterministic; empty if all of it is.

    Task groups and ``asyncio.run()`` keep their tasks in sets, and cancel them in the
    order of the set.  It may be the same on every run, but changes with the next build
    of Python.
    """
    running: set[str] = set()
    waits: dict[str, str] = {}
    cancelled: list[str] = []
    for event in events:
        if event.kind in ("start", "resume"):
            running.add(event.lane)
            cancelled.clear()
        elif event.kind in ("suspend", "finish", "fail", "cancelled"):
            running.discard(event.lane)
            waits[event.lane] = event.what
        elif (
            event.kind == "ready"
            and event.what == "cancelled"
            and not running
            and waits.get(event.lane) != "TaskGroup.__aexit__"
        ):
            cancelled.append(event.lane)
        if len(cancelled) > 1:
            return f"{_listed(cancelled)} are cancelled at once, in the order of a set"
    return ""


# -- Differences, in words -------------------------------------------------------------


def differences(old: Sequence[Event], new: Sequence[Event]) -> list[str]:
    """The first few differences, one sentence each."""
    found = list(_changes(old, new)) or list(_moves(old, new)) or _places(old, new)
    rest = len(found) - _MOST
    more = [f"and {_count(rest, 'difference')} more"] if rest > 0 else []
    return found[:_MOST] + more


def _changes(old: Sequence[Event], new: Sequence[Event]) -> Iterator[str]:
    """Yield the events that only one of them has."""
    gone, come = _surplus(old, new), _surplus(new, old)
    yield from (f"no longer: {event.words}" for event in gone)
    yield from (f"new: {event.words}" for event in come)


def _surplus(some: Sequence[Event], others: Sequence[Event]) -> list[Event]:
    left = [event.place for event in others]
    found = []
    for event in some:
        if event.place in left:
            left.remove(event.place)
        else:
            found.append(event)
    return found


def _moves(old: Sequence[Event], new: Sequence[Event]) -> Iterator[str]:
    """Yield the events that happen in another order."""
    places = [event.place for event in old], [event.place for event in new]
    matcher = difflib.SequenceMatcher(None, *places, autojunk=False)
    for tag, start, _, first, last in matcher.get_opcodes():
        if tag in ("insert", "replace") and start < len(old):
            for event in new[first:last]:
                yield f"{_now(event)} before {old[start].words}"


def _now(event: Event) -> str:
    """``Task-2 now starts``."""
    if event.words.startswith(event.lane):
        return f"{event.lane} now{event.words.removeprefix(event.lane)}"
    return f"now {event.words}"


def _places(old: Sequence[Event], new: Sequence[Event]) -> list[str]:
    """The events that happen at another time, or on another line."""
    found = []
    for before, after in zip(old, new, strict=True):
        if before.time != after.time:
            found.append(f"{_now(after)} at {after.time:g} s, not {before.time:g} s")
        elif before.turn != after.turn:
            found.append(f"{_now(after)} in turn {after.turn}, not {before.turn}")
        elif before.line != after.line:
            found.append(f"{after.words}: on line {after.line}, not {before.line}")
    return found
