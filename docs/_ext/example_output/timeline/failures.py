"""What is wrong with a run, by each kind of check: a sentence, empty if nothing is.

Pure; :mod:`.checks` says what must be so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from example_output.timeline.events import PROGRAM, Event, who
from example_output.timeline.order import made_outside, waits_between
from example_output.timeline.story import ENDS
from example_output.timeline.words import _, decimal, ngettext

_ERROR = re.compile(r"(?m)^[\w.]*(?:Error|Exception|ExceptionGroup|Interrupt)\b.*")
_CLOSE = 0.05  # seconds between two times that are the same
_LONG = 0.5  # seconds of computing that are felt


@dataclass(frozen=True)
class Run:
    """What is known of a run that has ended."""

    events: Sequence[Event]
    output: str
    status: int


# -- What is printed -------------------------------------------------------------------


def not_printed(run: Run, text: str) -> str:
    """It prints no such line."""
    lines = run.output.splitlines()
    return "" if text in lines else _("It does not print “{text}”.", text=text)


def _printed_at(run: Run, text: str) -> float | None:
    """When a line is printed first."""
    times = (e.time for e in run.events if e.kind == "print" and e.what == text)
    return next(times, None)


def not_at(run: Run, text: str, seconds: float) -> str:
    """It does not print a line at a time."""
    time = _printed_at(run, text)
    if time is None:
        return _("It does not print “{text}”.", text=text)
    if abs(time - seconds) <= _CLOSE:
        return ""
    return _(
        "It prints “{text}” at {time} s, not at {wanted} s.",
        text=text,
        time=decimal(f"{time:.3g}"),
        wanted=decimal(f"{seconds:g}"),
    )


def not_by(run: Run, text: str, seconds: float) -> str:
    """It prints a line too late."""
    time = _printed_at(run, text)
    if time is None or time <= seconds + _CLOSE:
        return not_printed(run, text)
    return _(
        "It prints “{text}” at {time} s, not by {wanted} s.",
        text=text,
        time=decimal(f"{time:.3g}"),
        wanted=decimal(f"{seconds:g}"),
    )


def not_before(run: Run, first: str, second: str) -> str:
    """It does not print two lines in their order."""
    missing = not_printed(run, first) or not_printed(run, second)
    lines = run.output.splitlines()
    if missing or lines.index(first) < lines.index(second):
        return missing
    return before(second, first)


def before(first: str, second: str) -> str:
    """That a line comes before another one."""
    return _("It prints “{first}” before “{second}”.", first=first, second=second)


def not_after(run: Run, second: str, first: str) -> str:
    """It prints a line without having waited for another one."""
    wrong = not_before(run, first, second)
    if wrong or waits_between(run.events, first, second):
        return wrong
    return _(
        "It prints “{second}” after a time, and waits no longer for “{first}”.",
        second=second,
        first=first,
    )


def too_few_print(run: Run, number: int) -> str:
    """Too few tasks print."""
    lanes = {e.lane for e in run.events if e.kind == "print" and e.lane != PROGRAM}
    if len(lanes) >= number:
        return ""
    return ngettext(
        "{n} task prints; {wanted} should.",
        "{n} tasks print; {wanted} should.",
        len(lanes),
        wanted=number,
    )


def said(run: Run, text: str) -> str:
    """It prints a text that it must not."""
    found = [line for line in run.output.splitlines() if text in line]
    return _("It prints “{text}”.", text=found[0]) if found else ""


# -- How it ends -----------------------------------------------------------------------


def too_late(run: Run, seconds: float) -> str:
    """It ends too late."""
    last = run.events[-1].time if run.events else 0
    if last <= seconds + _CLOSE:
        return ""
    return _(
        "It is over after {time} s, not by {wanted} s.",
        time=decimal(f"{last:.3g}"),
        wanted=decimal(f"{seconds:g}"),
    )


def status(run: Run, number: int) -> str:
    """It ends with another exit status."""
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


def unfinished(run: Run) -> str:
    """A task does not finish."""
    made = [e.lane for e in run.events if e.kind == "create"]
    ends = {e.lane: e for e in run.events if e.kind in (*ENDS, "destroy")}
    for lane in made:
        if lane not in ends:
            return _("{task} does not end; every task should finish.", task=lane)
        if ends[lane].kind != "finish":
            return _("{event}; every task should finish.", event=ends[lane].words)
    return "" if made else _("It creates no task.")


def not_cancelled(run: Run, number: int) -> str:
    """Too few tasks are cancelled while ``main()`` runs."""
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


def too_few_fail(run: Run, number: int) -> str:
    """Too few tasks fail."""
    main = {e.lane for e in run.events if made_outside(e)}
    count = len({e.lane for e in run.events if e.kind == "fail"} - main)
    if count >= number:
        return ""
    return ngettext(
        "{n} task fails with an error; {wanted} should.",
        "{n} tasks fail with an error; {wanted} should.",
        count,
        wanted=number,
    )


def too_often(run: Run) -> str:
    """It does not call ``asyncio.run()`` once."""
    count = sum(map(made_outside, run.events))
    if count == 1:
        return ""
    return ngettext(
        "It runs {n} coroutine with asyncio.run(), not 1.",
        "It runs {n} coroutines with asyncio.run(), not 1.",
        count,
    )


# -- What the tasks do -----------------------------------------------------------------


def too_few_created(run: Run, number: int) -> str:
    """Coroutines create too few tasks."""
    made = (e for e in run.events if e.kind == "create" and not made_outside(e))
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


def too_few_asleep(run: Run, number: int) -> str:
    """Too few tasks sleep at the same time."""
    most = _asleep(run)
    if most >= number:
        return ""
    return ngettext(
        "{n} task sleeps at the same time; {wanted} should.",
        "{n} tasks sleep at the same time; {wanted} should.",
        most,
        wanted=number,
    )


def too_many_asleep(run: Run, number: int) -> str:
    """Too many tasks sleep at the same time."""
    most = _asleep(run)
    if most <= number:
        return ""
    if number:
        return ngettext(
            "{n} task sleeps at the same time; {wanted} may.",
            "{n} tasks sleep at the same time; {wanted} may.",
            most,
            wanted=number,
        )
    return ngettext(
        "{n} task sleeps; none may.",
        "{n} tasks sleep; none may.",
        most,
    )


def blocks(run: Run) -> str:
    """Something blocks the thread."""
    for event in run.events:
        long = event.kind == "compute" and float(event.what) >= _LONG
        if long or event.kind == "block":
            words = event.words.removeprefix(who(event))
            subject = who(event)[0].upper() + who(event)[1:]
            where = _(" (line {line})", line=event.line) if event.line else ""
            sentence = f"{subject}{words}{where}"
            return _("{event}, and nothing else can run then.", event=sentence)
    return ""
