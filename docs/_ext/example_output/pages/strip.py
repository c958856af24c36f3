"""On what an output was tried: a strip of cells under it, and what differs there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

from example_output.example import Example
from example_output.folder import Recording
from example_output.pages.labels import reason_in_words
from example_output.pages.nodes import question, strip, what_if
from example_output.pages.words import _, marked, ngettext
from example_output.timeline.events import listed
from example_output.transcript import RecordingError, Transcript, read_recording

if TYPE_CHECKING:
    from example_output.recording.reproduced import Reproduced

AXES = {"uvloop": marked("uvloop"), "eager": marked("eager tasks")}
"""The axes in words."""


@dataclass(frozen=True)
class Cell:
    """One thing that an output was tried on."""

    name: str
    """A minor version of Python, or an axis."""
    differs: bool = False
    """Whether the output there is another one than the first on the page."""
    target: str = ""
    """The id of that output, on its own page."""
    reason: str | None = ""
    """Why it was not run; ``None`` if it was not tried yet."""

    @property
    def state(self) -> str:
        """What is known: one of :data:`.nodes.STATES`."""
        if self.reason is None:
            return "not tried yet"
        return "not run" if self.reason else "differs" if self.differs else "same"


def cells(
    reproduced: "Reproduced", example: Example, boxes: Mapping[Path, str]
) -> list[Cell]:
    """The cells of an example.

    :param boxes: the ids of its outputs by their recordings; empty on other pages.
    """
    first, *_ = reproduced.folder.recordings(example)
    found = []
    for name in reproduced.cells:
        recording = reproduced.recording(example, name)
        differs = recording is not None and recording.path != first.path
        target = boxes.get(recording.path, "") if recording and differs else ""
        found.append(Cell(name, differs, target, reproduced.reason(example, name)))
    return found


def strip_of(found: Sequence[Cell]) -> list[nodes.Element]:
    """The strip, and a sentence for each reason why something was not run."""
    data = [(cell.name, cell.state, cell.target) for cell in found]
    result: list[nodes.Element] = [strip("", in_words(found), cells=data)]
    reasons = sorted(found, key=lambda cell: cell.reason or "")
    for reason, group in groupby(reasons, key=lambda cell: cell.reason or ""):
        if reason:
            note = _(
                "Not run on {pythons}: {reason}.",
                pythons=_listed(list(group)),
                reason=reason_in_words(reason),
            )
            classes = ["example-note", "example-untried"]
            result.append(nodes.paragraph("", note, classes=classes))
    return result


def in_words(found: Sequence[Cell]) -> str:
    """What the strip says, for formats that cannot show it."""
    sentences = []
    for state, start in (
        ("same", marked("Printed on {pythons}.")),
        ("differs", marked("Something else is printed on {pythons}.")),
        ("not tried yet", marked("Not tried yet on {pythons}.")),
    ):
        if some := [cell for cell in found if cell.state == state]:
            sentences.append(_(start, pythons=_listed(some)))
    return " ".join(sentences)


def _listed(found: Sequence[Cell]) -> str:
    """``Python 3.14, 3.15 and eager tasks``."""
    names = [_(AXES.get(cell.name, cell.name)) for cell in found]
    if found[0].name not in AXES:
        names[0] = f"Python {names[0]}"
    return listed(names)


def differing(
    example: Example, usual: Recording, recording: Recording, python: str, target: str
) -> Iterator[nodes.Element]:
    """Yield what an example prints on an axis, under a sentence that says how.

    :param usual: the recording of the same Python that it differs from.
    :param python: the minor version of Python.
    :param target: the id of the output.
    """
    try:
        before = read_recording(usual.read(), example.command)
        after = read_recording(recording.read(), example.command)
    except RecordingError:
        return  # a check of the recordings reports it
    how = change(before, after)
    if recording.axis == "uvloop":
        words = _("On uvloop, tried on Python {python}: {how}", python=python, how=how)
    else:
        words = _(
            "With eager tasks, tried on Python {python}: {how}", python=python, how=how
        )
    asked = question("", words)
    box = what_if("", asked, ids=[target], classes=["example-axis"], open=True)
    if after.output:
        block = nodes.literal_block(after.plain, after.plain, classes=["example-text"])
        block["language"] = "none"
        box += block
    else:
        box += nodes.paragraph("", _("No output."), classes=["example-note"])
    if after.status:
        note = _("Exit status: {status}", status=after.status)
        box += nodes.paragraph("", note, classes=["example-note"])
    yield box


def change(before: Transcript, after: Transcript) -> str:
    """How an output differs from the usual one, in words."""
    old, new = (Counter(run.plain.splitlines()) for run in (before, after))
    if old == new:
        return _("the same lines in another order.")
    more, fewer = (new - old).total(), (old - new).total()
    if not fewer:
        words = ngettext("{n} more line", "{n} more lines", more)
    elif not more:
        words = ngettext("{n} line fewer", "{n} lines fewer", fewer)
    else:
        words = _("other lines")
    fails = after.status and not before.status
    return _("{lines}, and it fails.", lines=words) if fails else f"{words}."
