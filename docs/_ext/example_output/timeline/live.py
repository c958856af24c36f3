"""The picture of a program that a reader runs in a page, and what is said of it.

Pure: the log of the observer in, JSON out.  It runs in the reader's browser, where
``playground/web/artist.js`` calls it.
"""

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from example_output.timeline.changes import (
    are_alike,
    changed_lanes,
    changes,
    without_computing,
)
from example_output.timeline.events import (
    BLOCKS,
    Event,
    UnfitError,
    label_of,
    read_events,
)
from example_output.timeline.fold import fold
from example_output.timeline.marks import Links
from example_output.timeline.picture import draw, explain
from example_output.timeline.story import ENDS, sentences, tell, ticks
from example_output.timeline.words import _, decimal, ngettext, use

_ROUNDED = 0.02  # seconds that times may be wrong by
LANES = 24
"""More lanes than these are not drawn."""
BRIEF = 0.25
"""Seconds for which a program may have waited for a core, or for its browser to compile
something.  Shorter computing is no effect of what a reader has changed."""
LINKS = Links("run-line", "run-printed")
"""The targets of the picture's links, which the page resolves itself."""
# They differ from run to run.
_ADDRESS = re.compile(r"\b0x[0-9A-Fa-f]+\b")
# Colors, moves and the like, of which a sentence shows nothing: as in `terminal`, which
# is not in pages.  And what else cannot be seen.
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])|[\r\x08]"
)
_CONTROL = re.compile(r"[\x00-\x07\x0b-\x1f\x7f-\x9f]")


def answer(request: str) -> str:
    """The answer to one request; both are JSON.

    The request has ``raw`` (what the observer has logged so far), ``name`` (of the
    program's file), ``identifier`` (a prefix for ids), ``state`` (``"runs"``,
    ``"ended"`` or ``"stopped"``), ``documented`` (the log of the documented program,
    or ``""``) and ``same`` (whether the program is the documented one).  With the state
    ``"lines"``, the answer only has ``moments``, those of :mod:`.lines`.  With the
    state ``"judged"``, the request has ``checks`` (the text of the file), ``output``
    and ``status``, and the answer only has ``failures`` (what is wrong by each check,
    in a sentence or ``""``) and ``note`` (why it is not judged).

    ``words`` are those of the page's language, as :func:`.words.use` takes them.

    The answer has ``note`` (why there is no picture, or not all of it), ``picture`` and
    ``key`` (HTML), ``ticks`` and ``words`` (as the player of a page needs them),
    ``waiting`` (sentences about tasks that wait), ``changes`` (sentences, or ``None``
    if they are not known), ``changed`` (the lanes that are different) and ``busy`` (a
    sentence about computing that none of the changes tells of).
    """
    asked = json.loads(request)
    use(asked.get("words"))
    try:
        others = {"lines": _lines, "judged": _judged}
        reply = others.get(asked["state"], _reply)(asked)
    except (AttributeError, KeyError, TypeError, ValueError):
        # The program may have written to the log.
        why = _("There is no picture of this run, because its log cannot be read.")
        reply = _without_picture(why)
    return json.dumps(reply, ensure_ascii=False)


def _without_picture(note: str) -> dict[str, Any]:
    nothing: dict[str, Any] = {"ticks": [], "words": [], "waiting": []}
    return nothing | {
        "note": note,
        "picture": "",
        "key": "",
        "changes": None,
        "changed": [],
        "busy": "",
    }


def _lines(asked: dict[str, Any]) -> dict[str, Any]:
    # Few readers step through lines, so its module is fetched when one does.
    from example_output.timeline.lines import moments

    return {"moments": moments(asked["raw"])}


def _judged(asked: dict[str, Any]) -> dict[str, Any]:
    # It is needed on pages with an exercise alone.
    from example_output.timeline.checks import judge, read_checks
    from example_output.timeline.failures import Run

    try:
        events = read_events(asked["raw"], str)
    except UnfitError as error:
        note = _("It cannot be judged, because {reason}.", reason=_(str(error)))
        return {"note": note, "failures": []}
    run = Run(events, asked["output"], asked["status"])
    return {"note": "", "failures": judge(read_checks(asked["checks"]), run)}


def _reply(asked: dict[str, Any]) -> dict[str, Any]:
    events, note = _read(asked["raw"])
    documented, unfit = _read(asked["documented"])
    reply = _without_picture(note)
    reply |= {"ticks": ticks(events), "words": _in_words(events)}
    runs = asked["state"] == "runs"
    if any(event.kind in ("create", *BLOCKS) for event in events):
        reply |= _drawn(asked, events, note, runs=runs)
    if documented and not unfit and not note and not runs:
        reply |= _compared(documented, events, same=asked["same"])
    if asked["state"] == "stopped":
        reply["waiting"] = list(waiting(events))
    return reply


def _compared(
    documented: Sequence[Event], events: Sequence[Event], *, same: bool
) -> dict[str, Any]:
    # A slow machine is no change of a program, least of all if nobody has changed it.
    old, before = without_computing(documented, BRIEF)
    new, seconds = without_computing(events, math.inf if same else BRIEF)
    later = math.inf if same else before + seconds + _ROUNDED
    if before + seconds and are_alike(old, new, later):
        return {"changes": [], "busy": _computing(seconds)}
    if same:
        new, seconds = list(events), 0
    lanes = changed_lanes(old, new)
    return {
        "changes": changes(old, new),
        "changed": [label_of(lane) for lane in lanes],
        "busy": _computing(seconds),
    }


def _computing(seconds: float) -> str:
    """The sentence about computing that is told as no change; empty if none is."""
    if not seconds:
        return ""
    return _(
        "Computing took about {time} s, which the documented picture does not count.",
        time=decimal(f"{seconds:g}"),
    )


def _read(raw: str) -> tuple[list[Event], str]:
    """The events of a log, and why they are not all that happened."""
    try:
        events = read_events(raw, _shown)
    except UnfitError as error:
        reason = _(str(error))
        return [], _(
            "There is no picture of this run, because {reason}.", reason=reason
        )
    full = re.search(r'^\{"full":(\d+)\}$', raw, re.MULTILINE)
    if not full:
        return events, ""
    return events, _("The picture ends here, after {count} events.", count=full[1])


def _shown(text: str) -> str:
    """A text of a log as sentences have it."""
    text = _ESCAPE.sub("", _ADDRESS.sub("0x…", text))
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _drawn(
    asked: dict[str, Any], events: Sequence[Event], note: str, *, runs: bool
) -> dict[str, str]:
    lanes = len(fold(tell(events)).lanes)
    if lanes > LANES:
        words = ngettext(
            "{n} lane is too many for a picture.",
            "{n} lanes are too many for a picture.",
            lanes,
        )
        return {"note": f"{words} {note}".strip()}
    drawn = draw(asked["name"], events, LINKS, asked["identifier"], runs=runs)
    return {"picture": drawn, "key": explain(events, runs=runs)}


def _in_words(events: Sequence[Event]) -> list[Any]:
    """For each time the sentences about its events, each with its line."""
    return [
        [
            _("At {time} s", time=decimal(f"{time:g}")),
            [[event.words, event.line] for event in group],
        ]
        for time, group in sentences(events)
    ]


def waiting(events: Sequence[Event]) -> Iterator[str]:
    """Yield a sentence for each task that has not ended, in the order of creation."""
    last: dict[str, Event] = {}
    for event in events:
        if event.kind in ("create", "start", "resume", "ready", "suspend", *ENDS):
            last[event.lane] = event
    for lane, event in last.items():
        where = _(" (line {line})", line=event.line) if event.line else ""
        if event.kind == "suspend":
            yield f"{event.words}{where}."
        elif event.kind == "create":
            yield _("{task} has not started.", task=lane)
        elif event.kind == "ready":
            yield _("{task} waits for its turn.", task=lane)
        elif event.kind in ("start", "resume"):
            yield _("{task} was running{where}.", task=lane, where=where)
