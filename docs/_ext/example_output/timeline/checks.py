"""The checks of an exercise: what must be so of a run, whatever the program looks like.

Pure: what the tasks did and what was printed in, sentences out.  The build, pytest and
the page of a reader judge with this module.

A file of checks has one on each line; a line that is indented says why it matters, and
is shown with the check above it when that fails::

    together 3
        An await in the loop waits for one before the next begins.
    prints "all done" by 1 s
"""

import difflib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from example_output.timeline.events import PROGRAM, Event, count_of, who
from example_output.timeline.order import (
    fixed_order,
    made_outside,
    out_of_turn,
    waits_between,
)
from example_output.timeline.story import ENDS

_TEXT = r'"(?:[^"\\]|\\.)*"'
_ARGUMENT = re.compile(rf"{_TEXT}|\d+(?:\.\d+)?")
_ERROR = re.compile(r"(?m)^[\w.]*(?:Error|Exception|ExceptionGroup|Interrupt)\b.*")
_CLOSE = 0.05  # seconds between two times that are the same
_LONG = 0.5  # seconds of computing that are felt


class ChecksError(ValueError):
    """A line is not a check; the message says why, ``line`` is the line."""

    def __init__(self, message: str, cure: str, line: int) -> None:
        super().__init__(message)
        self.cure = cure
        self.line = line


@dataclass(frozen=True)
class Run:
    """What is known of a run that has ended."""

    events: Sequence[Event]
    output: str
    status: int


@dataclass(frozen=True)
class Check:
    """One check."""

    text: str
    """As it is written."""
    line: int
    why: str = ""
    """Why it matters."""

    @property
    def wanted(self) -> str:
        """What must be so, as a sentence."""
        return VERBS[shape(self.text)].wanted(*_arguments(self.text))

    def failure(self, run: Run) -> str:
        """What is wrong with a run, as a sentence; empty if it passes."""
        found = VERBS[shape(self.text)].failure(run, *_arguments(self.text))
        return f"{found} {self.why}".strip() if found else ""


@dataclass(frozen=True)
class Verb:
    """A kind of check."""

    example: str
    wanted: Callable[..., str]
    """From the arguments of a check."""
    failure: Callable[..., str]
    """From a run and the arguments."""


def read_checks(text: str) -> list[Check]:
    """The checks of a file; empty lines and those that begin with ``#`` are none.

    :raises ChecksError: at the first line that is not a check.
    """
    found: list[Check] = []
    for number, row in enumerate(text.splitlines(), 1):
        words = row.strip()
        if not words or words.startswith("#"):
            continue
        if row[0].isspace() and found:
            why = f"{found[-1].why} {words}".strip()
            found[-1] = replace(found[-1], why=why)
            continue
        if shape(words) not in VERBS:
            near = VERBS[nearest(shape(words), VERBS)].example
            cure = f"Did you mean it as in {near!r}?"
            raise ChecksError(f"this is not a check: {words!r}", cure, number)
        if words in [check.text for check in found]:
            cure = "Remove one of them"
            raise ChecksError(f"this check is there twice: {words!r}", cure, number)
        found.append(Check(words, number))
    if not found:
        raise ChecksError("there is no check in it", "Write one on each line", 1)
    return found


def nearest(text: str, known: Sequence[str] | dict[str, Any]) -> str:
    """The one of some texts that another one was probably meant to be."""
    return difflib.get_close_matches(text, list(known), n=1, cutoff=0)[0]


def judge(checks: Sequence[Check], run: Run) -> list[str]:
    """What is wrong with a run by each check; empty where it passes."""
    return [check.failure(run) for check in checks]


def shape(text: str) -> str:
    """A check without its arguments, in whose place are ``TEXT`` and ``N``."""
    words = _ARGUMENT.sub(lambda found: "TEXT" if found[0][0] == '"' else "N", text)
    return " ".join(words.split())


def _arguments(text: str) -> Iterator[str | float]:
    for found in _ARGUMENT.findall(text):
        yield json.loads(found)


# -- What is printed -------------------------------------------------------------------


def _not_printed(run: Run, text: str) -> str:
    lines = run.output.splitlines()
    return "" if text in lines else f"It does not print “{text}”."


def _printed_at(run: Run, text: str) -> float | None:
    """When a line is printed first."""
    times = (e.time for e in run.events if e.kind == "print" and e.what == text)
    return next(times, None)


def _not_at(run: Run, text: str, seconds: float) -> str:
    time = _printed_at(run, text)
    if time is None:
        return f"It does not print “{text}”."
    if abs(time - seconds) <= _CLOSE:
        return ""
    return f"It prints “{text}” at {time:.3g} s, not at {seconds:g} s."


def _not_by(run: Run, text: str, seconds: float) -> str:
    time = _printed_at(run, text)
    if time is None or time <= seconds + _CLOSE:
        return _not_printed(run, text)
    return f"It prints “{text}” at {time:.3g} s, not by {seconds:g} s."


def _not_before(run: Run, first: str, second: str) -> str:
    missing = _not_printed(run, first) or _not_printed(run, second)
    lines = run.output.splitlines()
    if missing or lines.index(first) < lines.index(second):
        return missing
    return f"It prints “{second}” before “{first}”."


def _not_after(run: Run, second: str, first: str) -> str:
    wrong = _not_before(run, first, second)
    if wrong or waits_between(run.events, first, second):
        return wrong
    return f"It prints “{second}” after a time, and waits no longer for “{first}”."


def _too_few_print(run: Run, number: int) -> str:
    lanes = {e.lane for e in run.events if e.kind == "print" and e.lane != PROGRAM}
    if len(lanes) >= number:
        return ""
    verb = "prints" if len(lanes) == 1 else "print"
    return f"{count_of(len(lanes), 'task')} {verb}; {number} should."


def _said(run: Run, text: str) -> str:
    found = [line for line in run.output.splitlines() if text in line]
    return f"It prints “{found[0]}”." if found else ""


# -- How it ends -----------------------------------------------------------------------


def _too_late(run: Run, seconds: float) -> str:
    last = run.events[-1].time if run.events else 0
    if last <= seconds + _CLOSE:
        return ""
    return f"It is over after {last:.3g} s, not by {seconds:g} s."


def _status(run: Run, number: int) -> str:
    if run.status == number:
        return ""
    errors = _ERROR.findall(run.output)
    because = f": {errors[-1].strip()}" if errors and run.status else "."
    return f"It ends with exit status {run.status}, not {number}{because}"


def _unfinished(run: Run) -> str:
    made = [e.lane for e in run.events if e.kind == "create"]
    ends = {e.lane: e for e in run.events if e.kind in (*ENDS, "destroy")}
    for lane in made:
        if lane not in ends:
            return f"{lane} does not end; every task should finish."
        if ends[lane].kind != "finish":
            return f"{ends[lane].words}; every task should finish."
    return "" if made else "It creates no task."


def _not_cancelled(run: Run, number: int) -> str:
    woken = [e for e in run.events if e.kind in ("start", "ready")]
    asked = [e for e in woken if e.what == "cancelled"]
    count = len({e.lane for e in asked if PROGRAM not in e.by})
    if count >= number:
        return ""
    verb = "is" if count == 1 else "are"
    late = ", and asyncio.run() cancels what is left" if len(asked) > count else ""
    return (
        f"{count_of(count, 'task')} {verb} cancelled while main() runs; "
        f"{number} should be{late}."
    )


def _too_few_fail(run: Run, number: int) -> str:
    main = {e.lane for e in run.events if made_outside(e)}
    count = len({e.lane for e in run.events if e.kind == "fail"} - main)
    if count >= number:
        return ""
    verb = "fails" if count == 1 else "fail"
    return f"{count_of(count, 'task')} {verb} with an error; {number} should."


def _too_often(run: Run) -> str:
    count = sum(map(made_outside, run.events))
    if count == 1:
        return ""
    return f"It runs {count_of(count, 'coroutine')} with asyncio.run(), not 1."


# -- What the tasks do -----------------------------------------------------------------


def _too_few_created(run: Run, number: int) -> str:
    made = (e for e in run.events if e.kind == "create" and not made_outside(e))
    count = len(list(made))
    if count >= number:
        return ""
    return f"It creates {count_of(count, 'task')}; it should create {number}."


def _asleep(run: Run) -> int:
    """How many tasks sleep at the same time."""
    asleep: set[str] = set()
    most = 0
    for event in run.events:
        if event.kind == "suspend" and event.what.startswith("sleep "):
            asleep.add(event.lane)
        elif event.kind != "create":
            asleep.discard(event.lane)
        most = max(most, len(asleep))
    return most


def _too_few_asleep(run: Run, number: int) -> str:
    most = _asleep(run)
    if most >= number:
        return ""
    verb = "sleeps" if most == 1 else "sleep"
    return f"{count_of(most, 'task')} {verb} at the same time; {number} should."


def _too_many_asleep(run: Run, number: int) -> str:
    most = _asleep(run)
    if most <= number:
        return ""
    verb = "sleeps" if most == 1 else "sleep"
    return f"{count_of(most, 'task')} {verb} at the same time; {number or 'none'} may."


def _at_most(number: int) -> str:
    if not number:
        return "No task sleeps."
    verb = "sleeps" if number == 1 else "sleep"
    return f"At most {count_of(number, 'task')} {verb} at the same time."


def _blocks(run: Run) -> str:
    for event in run.events:
        long = event.kind == "compute" and float(event.what) >= _LONG
        if long or event.kind == "block":
            words = event.words.removeprefix(who(event))
            subject = who(event)[0].upper() + who(event)[1:]
            where = f" (line {event.line})" if event.line else ""
            return f"{subject}{words}{where}, and nothing else can run then."
    return ""


_CANCELLED = ("is cancelled while main() runs", "are cancelled while main() runs")
_FAILS = ("fails with an error", "fail with an error")


def _tasks(number: int, one: str, more: str) -> str:
    return f"At least {count_of(number, 'task')} {one if number == 1 else more}."


VERBS = {
    shape(verb.example): verb
    for verb in (
        Verb('prints "done"', lambda t: f"It prints “{t}”.", _not_printed),
        Verb(
            'prints "done" at 1 s',
            lambda t, s: f"It prints “{t}” at {s:g} s.",
            _not_at,
        ),
        Verb(
            'prints "done" by 1 s',
            lambda t, s: f"It prints “{t}” at {s:g} s at the latest.",
            _not_by,
        ),
        Verb(
            'prints "first" before "second"',
            lambda a, b: f"It prints “{a}” before “{b}”.",
            _not_before,
        ),
        Verb(
            'prints "second" only after "first"',
            lambda b, a: f"It prints “{b}” only after “{a}”, however long that takes.",
            _not_after,
        ),
        Verb(
            "takes turns",
            lambda: "Two tasks print in turn.",
            lambda run: out_of_turn(run.events),
        ),
        Verb(
            "prints in 3 tasks",
            lambda n: _tasks(n, "prints something", "print something"),
            _too_few_print,
        ),
        Verb('never prints "Error"', lambda t: f"It never prints “{t}”.", _said),
        Verb("never blocks", lambda: "Nothing blocks the thread.", _blocks),
        Verb(
            "ends by 1 s",
            lambda s: f"It is over by {s:g} s.",
            _too_late,
        ),
        Verb("exits 0", lambda n: f"It ends with exit status {n}.", _status),
        Verb("runs asyncio once", lambda: "It calls asyncio.run() once.", _too_often),
        Verb("fails 1", lambda n: _tasks(n, *_FAILS), _too_few_fail),
        Verb("finishes", lambda: "Every task finishes.", _unfinished),
        Verb(
            "cancels 1",
            lambda n: _tasks(n, *_CANCELLED),
            _not_cancelled,
        ),
        Verb(
            "creates 3",
            lambda n: f"Coroutines create at least {count_of(n, 'task')}.",
            _too_few_created,
        ),
        Verb(
            "together 3",
            lambda n: f"At least {count_of(n, 'task')} sleep at the same time.",
            _too_few_asleep,
        ),
        Verb(
            "together at most 2",
            _at_most,
            _too_many_asleep,
        ),
        Verb(
            "waits for whichever is first",
            lambda: "It waits for whichever task is done first.",
            lambda run: fixed_order(run.events),
        ),
    )
}
"""The kinds of checks, by their shapes."""
