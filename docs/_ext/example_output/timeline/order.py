"""What makes tasks wait and print in the order in which they do.

Pure: :mod:`.checks` judges with it.
"""

import itertools
from collections.abc import Iterator, Sequence

from example_output.timeline.events import CALLBACKS, PROGRAM, Event
from example_output.timeline.words import _, ngettext


def made_outside(event: Event) -> bool:
    """Whether a task is created outside all tasks, as ``asyncio.run()`` does."""
    return event.kind == "create" and PROGRAM in event.by


def waits_between(events: Sequence[Event], first: str, second: str) -> bool:
    """Whether what prints a text has waited after another one, and not for a time.

    It has also if it prints both.  Which of several tasks it has waited for is not
    known, so this errs in favor of a program.

    :param first: a line that is printed.
    :param second: one that is printed later.
    """
    printed = [(n, e) for n, e in enumerate(events) if e.kind == "print"]
    begin, end = (
        next(((n, e.lane) for n, e in printed if e.what == text), (0, CALLBACKS))
        for text in (first, second)
    )
    lanes = {end[1]}
    if PROGRAM in lanes:  # it waits for the tasks that it has created
        lanes |= {e.lane for e in events[: end[0]] if made_outside(e)}
    if {CALLBACKS, begin[1]} & lanes:
        return True
    steps = _steps(events[: end[0]])
    return any(n > begin[0] and lane in lanes for n, lane in steps)


def _steps(events: Sequence[Event]) -> Iterator[tuple[int, str]]:
    """Yield where each step of a task begins that no timer has let begin, and the task.

    A task of ``asyncio.sleep()`` alone is a timer, for what waits for nothing else.
    """
    last: dict[str, Event] = {}
    sleeps: set[str] = set()
    waits: dict[str, tuple[str, ...]] = {}
    for number, event in enumerate(events):
        lane = event.lane
        if event.kind in ("create", "ready"):
            last[lane] = event
        if event.kind == "create" and event.what == "sleep":
            sleeps.add(lane)
        elif event.kind == "suspend":
            waits[lane] = event.by
        elif event.kind in ("start", "resume") and lane in last:
            awaited = waits.get(lane, ())
            asleep = bool(awaited) and sleeps.issuperset(awaited)
            if "timer" not in last.pop(lane).by and not asleep:
                yield number, lane


def fixed_order(events: Sequence[Event]) -> str:
    """That a task prints between two waits for one task each, as a sentence.

    It is empty if none does.  The second one has to exist before the first wait.
    """
    made: list[str] = []
    waits: dict[str, tuple[str, list[str]]] = {}
    printed: set[str] = set()
    for event in events:
        lane = event.lane
        if event.kind == "create":
            made.append(lane)
        elif event.kind == "print":
            printed.add(lane)
        elif event.kind == "suspend" and len(event.by) == 1:
            before, known = waits.get(lane, ("", []))
            [now] = event.by
            if lane in printed and now != before and now in known:
                return _(
                    "{task} waits for {first}, and only then for {second}.",
                    task=lane,
                    first=before,
                    second=now,
                )
            waits[lane] = (now, [*made])
            printed.discard(lane)
    return ""


def out_of_turn(events: Sequence[Event]) -> str:
    """That it is not two tasks that print in turn, as a sentence; empty if it is."""
    printed = [event for event in events if event.kind == "print"]
    number = len({event.lane for event in printed})
    if number != 2:
        return ngettext(
            "{n} task prints; 2 should, in turn.",
            "{n} tasks print; 2 should, in turn.",
            number,
        )
    for before, event in itertools.pairwise(printed):
        if before.lane == event.lane:
            words = event.words[0].upper() + event.words[1:]
            return _("{words} right after “{text}”.", words=words, text=before.what)
    return ""
