"""What a change of a program did to its tasks, in words for the reader who made it.

Pure.  :func:`.recorded.differences` is for the maintainer of a recording: it also tells
of lines and turns, which every edit moves.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from example_output.timeline.events import (
    BLOCKS,
    CALLBACKS,
    PROGRAM,
    Event,
    listed,
    who,
    who_is,
)
from example_output.timeline.story import ENDS, clock, from_to, tell
from example_output.timeline.words import _, ngettext

MOST = 5
"""Sentences about one change."""
# Kinds of events, the most telling first.  The others follow from them.
_BAD = ("fail", "destroy", "cancelled", *BLOCKS)
_TELLING = (*_BAD, "create", "suspend", "finish", "error", "print")
# Of two events of one group, one has taken the place of the other.
_GROUP = {
    **dict.fromkeys(ENDS, "end"),
    **dict.fromkeys((*BLOCKS, "suspend"), "wait"),
    **dict.fromkeys(("print", "error"), "print"),
}


def changes(old: Sequence[Event], new: Sequence[Event]) -> list[str]:
    """What is different, in at most :data:`MOST` sentences; the most telling first."""
    names = _renamed(old, new)
    renamed = [
        _("{before} is now called {now}.", before=before, now=now)
        for now, before in names.items()
    ]
    new = [_with_names(event, names) for event in new]
    made = _created(old).keys() ^ _created(new).keys()
    before, after = _telling(old, made), _telling(new, made)
    found = [*_duration(old, new), *_overlap(old, new), *renamed]
    found += [*_tasks(old, new), *_replaced(_quiet(before), _quiet(after))]
    # What is printed stands above, in the output, and may be all that is different.
    if not found:
        found = [*_replaced(before, after)] or [*_order(before, after)]
    more = len(found) - MOST
    if more <= 0:
        return found
    rest = ngettext("And {n} more difference.", "And {n} more differences.", more)
    return [*found[:MOST], rest]


def without_computing(
    events: Sequence[Event], longest: float
) -> tuple[list[Event], float]:
    """The events without some of computing, and for how many seconds that was.

    :param longest: in seconds; longer computing stays.
    """
    rest, seconds = [], 0.0
    for event in events:
        if event.kind == "compute" and float(event.what) <= longest:
            seconds += float(event.what)
        else:
            rest.append(event)
    return rest, seconds


def are_alike(old: Sequence[Event], new: Sequence[Event], later: float) -> bool:
    """Whether two runs did the same.

    :param later: how much later things may happen in one of them, in seconds.
    """
    return len(old) == len(new) and all(
        _key(before) == _key(after) and abs(after.time - before.time) <= later
        for before, after in zip(old, new, strict=True)
    )


def changed_lanes(old: Sequence[Event], new: Sequence[Event]) -> list[str]:
    """The lanes of the new run that are new or do something else."""
    lanes = dict.fromkeys(event.lane for event in new)
    return [lane for lane in lanes if _deeds(old, lane) != _deeds(new, lane)]


def _deeds(events: Sequence[Event], lane: str) -> list[tuple[object, ...]]:
    return [_key(e) for e in events if e.lane == lane and e.kind in _TELLING]


def _created(events: Iterable[Event]) -> dict[str, Event]:
    """The events that create a task, by its lane."""
    return {event.lane: event for event in events if event.kind == "create"}


def _renamed(old: Iterable[Event], new: Iterable[Event]) -> dict[str, str]:
    """The old names of tasks that only have other names, by the new ones."""
    was, now = _created(old), _created(new)
    names: dict[str, str] = {}
    if len(was) == len(now):
        for before, after in zip(was.values(), now.values(), strict=True):
            fresh = after.lane not in was and before.lane not in now
            if fresh and before.what == after.what:
                names[after.lane] = before.lane
    return names


def _with_names(event: Event, names: Mapping[str, str]) -> Event:
    by = tuple(names.get(lane, lane) for lane in event.by)
    return replace(event, lane=names.get(event.lane, event.lane), by=by)


def _telling(events: Iterable[Event], made: Iterable[str]) -> list[Event]:
    """The events worth telling, except what follows from the creation of a task.

    :param made: the tasks that only one of the runs creates.
    """
    return [
        _without(event, made)
        for event in events
        if event.kind in _TELLING
        and event.kind != "create"
        and (event.lane not in made or event.kind in _BAD)
    ]


def _without(event: Event, made: Iterable[str]) -> Event:
    """A wait for some tasks, without those that only one of the runs has."""
    others = tuple(lane for lane in event.by if lane not in made)
    return replace(event, by=others) if event.kind == "suspend" and others else event


def _quiet(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if event.kind not in ("error", "print")]


def _key(event: Event) -> tuple[object, ...]:
    """What makes two events the same, whatever their lines and times."""
    what = "" if event.kind == "compute" else event.what
    return event.lane, event.kind, event.by, what, event.more


def _duration(old: Sequence[Event], new: Sequence[Event]) -> Iterator[str]:
    before, after = clock(tell(old).end), clock(tell(new).end)
    if before != after:
        yield _("It takes {after}, not {before}.", after=after, before=before)


def _overlap(old: Sequence[Event], new: Sequence[Event]) -> Iterator[str]:
    """How many tasks sleep at the same time."""
    before, after = _most_asleep(old), _most_asleep(new)
    if before != after and max(before, after) > 1:
        yield ngettext(
            "Now at most one task sleeps at a time, not {before}.",
            "Now up to {n} tasks sleep at a time, not {before}.",
            max(after, 1),
            before=before,
        )


def _most_asleep(events: Iterable[Event]) -> int:
    asleep: set[str] = set()
    most = 0
    for event in events:
        if event.kind == "suspend" and event.what.startswith("sleep "):
            asleep.add(event.lane)
        elif event.kind != "create":
            asleep.discard(event.lane)
        most = max(most, len(asleep))
    return most


def _tasks(old: Iterable[Event], new: Iterable[Event]) -> Iterator[str]:
    """The tasks that only one of the runs creates, or that others create."""
    was, now = _created(old), _created(new)
    added = [event for lane, event in now.items() if lane not in was]
    lost = [lane for lane in was if lane not in now]
    if len(added) == 1:
        yield _("New: {event}.", event=added[0].words)
    elif added:
        yield ngettext(
            "New: {n} task, {tasks}.",
            "New: {n} tasks, {tasks}.",
            len(added),
            tasks=from_to([event.lane for event in added]),
        )
    if lost:
        yield ngettext(
            "{tasks} is no longer created.",
            "{tasks} are no longer created.",
            len(lost),
            tasks=from_to(lost),
        )
    for lane, event in now.items():
        if lane in was and _key(event) != _key(was[lane]):
            before = was[lane].words
            yield _(
                "{now}; before, {before}.", now=_sentence(event.words), before=before
            )


def _replaced(old: Sequence[Event], new: Sequence[Event]) -> Iterator[str]:
    """What tasks do now, and what they did in its place; the most telling first."""
    was, now = Counter(map(_key, old)), Counter(map(_key, new))
    gone = [event for event in _once(old) if not now[_key(event)]]
    rows: list[_Row] = []
    for event in _once(new):
        rank = _TELLING.index(event.kind)
        before, after = was[_key(event)], now[_key(event)]
        if before == after:
            continue
        if before:
            words = _(
                "{deed} {often}, not {before}",
                deed=_deed(event),
                often=_often(after),
                before=_often(before),
            )
            rows.append(_Row(len(_TELLING), who(event), words))
            continue
        words = _deed(event)
        pair = next((e for e in gone if _takes_place(event, e)), None)
        if pair:
            gone.remove(pair)
            words = _("{deed}, and no longer {before}", deed=words, before=_deed(pair))
        subject = who(event) if pair else _("now {who}", who=who(event))
        rows.append(_Row(rank, subject, words))
    for event in gone:
        rank = _TELLING.index(event.kind)
        words = _("no longer {deed}", deed=_deed(event))
        rows.append(_Row(rank, who(event), words, lost=True))
    yield from _together(sorted(rows, key=lambda row: row.rank))


class _Row(NamedTuple):
    rank: int
    subject: str
    words: str
    lost: bool = False
    """Whether it is about what somebody no longer does."""


def _together(rows: Iterable[_Row]) -> Iterator[str]:
    """One sentence for all who do the same."""
    subjects: dict[tuple[str, bool], list[str]] = {}
    for row in rows:
        subjects.setdefault((row.words, row.lost), []).append(row.subject)
    for (words, lost), (first, *others) in subjects.items():
        sentence = f"{_sentence(first)} {words}"
        yield _too(sentence, others, lost=lost) if others else f"{sentence}."


def _too(sentence: str, others: Sequence[str], *, lost: bool) -> str:
    """A sentence, and who does the same, or does it no longer either."""
    count, names = len(others), listed(others)
    if count > 3:
        names = ngettext("{n} other task", "{n} other tasks", count)
    if lost:
        return ngettext(
            "{sentence}; nor does {names}.",
            "{sentence}; nor do {names}.",
            count,
            sentence=sentence,
            names=names,
        )
    return ngettext(
        "{sentence}; so does {names}.",
        "{sentence}; so do {names}.",
        count,
        sentence=sentence,
        names=names,
    )


def _once(events: Iterable[Event]) -> list[Event]:
    """The events without repetitions."""
    return list({_key(event): event for event in reversed(list(events))}.values())[::-1]


def _often(times: int) -> str:
    if times < 3:
        return _("once") if times == 1 else _("twice")
    return ngettext("{n} time", "{n} times", times)


def _takes_place(event: Event, old: Event) -> bool:
    return event.lane == old.lane and _GROUP[event.kind] == _GROUP[old.kind]


def _deed(event: Event) -> str:
    """What somebody does, without who it is."""
    return event.words.removeprefix(who(event)).strip()


def _sentence(words: str) -> str:
    """Words as the beginning of a sentence; a name stays as it is."""
    starts = (
        *(who_is(PROGRAM), who_is(CALLBACKS), _("a timer"), _("the timer")),
        *(_("the loop"), _("now {who}").partition("{")[0]),
    )
    lower = words.startswith(tuple(filter(None, starts)))
    return words[0].upper() + words[1:] if lower else words


def _order(old: Sequence[Event], new: Sequence[Event]) -> Iterator[str]:
    """The same events in another order, or at other times."""
    for before, after in zip(old, new, strict=True):
        if _key(before) != _key(after):
            yield _("Now {now} before {then}.", now=after.words, then=before.words)
            return
    for before, after in zip(old, new, strict=True):
        if round(before.time, 2) != round(after.time, 2):
            yield _(
                "{event} at {time}, not at {before}.",
                event=_sentence(after.words),
                time=clock(after.time),
                before=clock(before.time),
            )
