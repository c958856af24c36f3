"""The recordings of timelines: read, write and compare them.  Pure.

The text of a timeline has a line for each event, for review::

    turn    time  line  event
       1       0    13  Task-1 print: "main coroutine started"
       1       0    15  Task-2 create by Task-1: task_coroutine
       4       1     -  Task-2 ready by timer
"""

import contextlib
import difflib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from example_output.normalize import Surroundings, name_addresses, normalize
from example_output.timeline.events import (
    BLOCKS,
    WORDS,
    Event,
    UnfitError,
    listed,
    read_events,
)
from example_output.timeline.words import language, speak

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


def write_timeline(events: Iterable[Event]) -> str:
    """The text of a timeline."""
    return "".join(f"{row}\n" for row in [_HEADING, *map(_row, events)])


def text_of_log(log: str, where: Surroundings) -> str:
    """The text of the timeline that an observer has logged."""
    # Addresses are named in the whole text, so that equal ones stay equal.
    clean = partial(normalize, where=replace(where, own=None))
    try:
        text = write_timeline(read_events(log, clean))
    except UnfitError as error:
        return write_unfit(str(error))
    return text if where.own is None else name_addresses(text, where.own)


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
    if not found or found["kind"] not in WORDS:
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
    if event.kind in BLOCKS and not re.fullmatch(_SECONDS, event.what):
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
            return f"{listed(cancelled)} are cancelled at once, in the order of a set"
    return ""


# -- Differences, in words -------------------------------------------------------------


def differences(old: Sequence[Event], new: Sequence[Event]) -> list[str]:
    """The first few differences, one sentence each.

    They are for the maintainer, and in the language of all other messages.
    """
    with _english():
        found = list(_changes(old, new)) or list(_moves(old, new)) or _places(old, new)
    rest = len(found) - _MOST
    plural = "" if rest == 1 else "s"
    more = [f"and {rest} difference{plural} more"] if rest > 0 else []
    return found[:_MOST] + more


@contextlib.contextmanager
def _english() -> Iterator[None]:
    kept = language()
    speak()
    try:
        yield
    finally:
        speak(*kept)


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
