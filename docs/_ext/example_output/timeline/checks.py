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

from example_output.timeline.events import PROGRAM, Event, who
from example_output.timeline.story import ENDS
from example_output.timeline.words import _, ngettext

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
    return "" if text in lines else _("It does not print “{text}”.", text=text)


def _printed_at(run: Run, text: str) -> float | None:
    """When a line is printed first."""
    times = (e.time for e in run.events if e.kind == "print" and e.what == text)
    return next(times, None)


def _not_at(run: Run, text: str, seconds: float) -> str:
    time = _printed_at(run, text)
    if time is None:
        return _("It does not print “{text}”.", text=text)
    if abs(time - seconds) <= _CLOSE:
        return ""
    return _(
        "It prints “{text}” at {time} s, not at {wanted} s.",
        text=text,
        time=f"{time:.3g}",
        wanted=f"{seconds:g}",
    )


def _not_by(run: Run, text: str, seconds: float) -> str:
    time = _printed_at(run, text)
    if time is None or time <= seconds + _CLOSE:
        return _not_printed(run, text)
    return _(
        "It prints “{text}” at {time} s, not by {wanted} s.",
        text=text,
        time=f"{time:.3g}",
        wanted=f"{seconds:g}",
    )


def _not_before(run: Run, first: str, second: str) -> str:
    missing = _not_printed(run, first) or _not_printed(run, second)
    lines = run.output.splitlines()
    if missing or lines.index(first) < lines.index(second):
        return missing
    return _before(second, first)


def _before(first: str, second: str) -> str:
    return _("It prints “{first}” before “{second}”.", first=first, second=second)


def _too_few_print(run: Run, number: int) -> str:
    lanes = {e.lane for e in run.events if e.kind == "print" and e.lane != PROGRAM}
    if len(lanes) >= number:
        return ""
    return ngettext(
        "{n} task prints; {wanted} should.",
        "{n} tasks print; {wanted} should.",
        len(lanes),
        wanted=number,
    )


def _said(run: Run, text: str) -> str:
    found = [line for line in run.output.splitlines() if text in line]
    return _("It prints “{text}”.", text=found[0]) if found else ""


# -- How it ends -----------------------------------------------------------------------


def _too_late(run: Run, seconds: float) -> str:
    last = run.events[-1].time if run.events else 0
    if last <= seconds + _CLOSE:
        return ""
    return _(
        "It is over after {time} s, not by {wanted} s.",
        time=f"{last:.3g}",
        wanted=f"{seconds:g}",
    )


def _status(run: Run, number: int) -> str:
    if run.status == number:
        return ""
    errors = _ERROR.findall(run.output)
    if errors and run.status:
        return _(
            "It ends with exit status {status}, not {wanted}: {error}",
            status=run.status,
            wanted=number,
            error=errors[-1].strip(),
        )
    return _(
        "It ends with exit status {status}, not {wanted}.",
        status=run.status,
        wanted=number,
    )


def _unfinished(run: Run) -> str:
    made = [e.lane for e in run.events if e.kind == "create"]
    ends = {e.lane: e for e in run.events if e.kind in (*ENDS, "destroy")}
    for lane in made:
        if lane not in ends:
            return _("{task} does not end; every task should finish.", task=lane)
        if ends[lane].kind != "finish":
            return _("{event}; every task should finish.", event=ends[lane].words)
    return "" if made else _("It creates no task.")


def _not_cancelled(run: Run, number: int) -> str:
    woken = [e for e in run.events if e.kind in ("start", "ready")]
    asked = [e for e in woken if e.what == "cancelled"]
    count = len({e.lane for e in asked if PROGRAM not in e.by})
    if count >= number:
        return ""
    if len(asked) > count:
        return ngettext(
            "{n} task is cancelled while main() runs; {wanted} should be, and "
            "asyncio.run() cancels what is left.",
            "{n} tasks are cancelled while main() runs; {wanted} should be, and "
            "asyncio.run() cancels what is left.",
            count,
            wanted=number,
        )
    return ngettext(
        "{n} task is cancelled while main() runs; {wanted} should be.",
        "{n} tasks are cancelled while main() runs; {wanted} should be.",
        count,
        wanted=number,
    )


# -- What the tasks do -----------------------------------------------------------------


def _too_few_created(run: Run, number: int) -> str:
    made = (e for e in run.events if e.kind == "create" and PROGRAM not in e.by)
    count = len(list(made))
    if count >= number:
        return ""
    return ngettext(
        "It creates {n} task; it should create {wanted}.",
        "It creates {n} tasks; it should create {wanted}.",
        count,
        wanted=number,
    )


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
    return ngettext(
        "{n} task sleeps at the same time; {wanted} should.",
        "{n} tasks sleep at the same time; {wanted} should.",
        most,
        wanted=number,
    )


def _too_many_asleep(run: Run, number: int) -> str:
    most = _asleep(run)
    if most <= number:
        return ""
    return ngettext(
        "{n} task sleeps at the same time; {wanted} may.",
        "{n} tasks sleep at the same time; {wanted} may.",
        most,
        wanted=number,
    )


def _blocks(run: Run) -> str:
    for event in run.events:
        long = event.kind == "compute" and float(event.what) >= _LONG
        if long or event.kind == "block":
            words = event.words.removeprefix(who(event))
            subject = who(event)[0].upper() + who(event)[1:]
            where = _(" (line {line})", line=event.line) if event.line else ""
            sentence = f"{subject}{words}{where}"
            return _("{event}, and nothing else can run then.", event=sentence)
    return ""


VERBS = {
    shape(verb.example): verb
    for verb in (
        Verb('prints "done"', lambda t: _("It prints “{text}”.", text=t), _not_printed),
        Verb(
            'prints "done" at 1 s',
            lambda t, s: _("It prints “{text}” at {time} s.", text=t, time=f"{s:g}"),
            _not_at,
        ),
        Verb(
            'prints "done" by 1 s',
            lambda t, s: _(
                "It prints “{text}” at {time} s at the latest.", text=t, time=f"{s:g}"
            ),
            _not_by,
        ),
        Verb(
            'prints "first" before "second"',
            _before,
            _not_before,
        ),
        Verb(
            "prints in 3 tasks",
            lambda n: ngettext(
                "At least {n} task prints something.",
                "At least {n} tasks print something.",
                n,
            ),
            _too_few_print,
        ),
        Verb(
            'never prints "Error"',
            lambda t: _("It never prints “{text}”.", text=t),
            _said,
        ),
        Verb("never blocks", lambda: _("Nothing blocks the thread."), _blocks),
        Verb(
            "ends by 1 s",
            lambda s: _("It is over by {time} s.", time=f"{s:g}"),
            _too_late,
        ),
        Verb(
            "exits 0",
            lambda n: _("It ends with exit status {status}.", status=n),
            _status,
        ),
        Verb("finishes", lambda: _("Every task finishes."), _unfinished),
        Verb(
            "cancels 1",
            lambda n: ngettext(
                "At least {n} task is cancelled while main() runs.",
                "At least {n} tasks are cancelled while main() runs.",
                n,
            ),
            _not_cancelled,
        ),
        Verb(
            "creates 3",
            lambda n: ngettext(
                "Coroutines create at least {n} task.",
                "Coroutines create at least {n} tasks.",
                n,
            ),
            _too_few_created,
        ),
        Verb(
            "together 3",
            lambda n: ngettext(
                "At least {n} task sleep at the same time.",
                "At least {n} tasks sleep at the same time.",
                n,
            ),
            _too_few_asleep,
        ),
        Verb(
            "together at most 2",
            lambda n: ngettext(
                "At most {n} task sleep at the same time.",
                "At most {n} tasks sleep at the same time.",
                n,
            ),
            _too_many_asleep,
        ),
    )
}
"""The kinds of checks, by their shapes."""
