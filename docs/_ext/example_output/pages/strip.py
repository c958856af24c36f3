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
from example_output.pages.nodes import question, strip, what_if
from example_output.transcript import RecordingError, Transcript, read_recording

if TYPE_CHECKING:
    from example_output.recording.reproduced import Reproduced

AXES = {"uvloop": "uvloop", "eager": "eager tasks"}
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
        """What is known, in a word or two."""
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
            note = f"Not run on {_listed(list(group))}: {reason}."
            classes = ["example-note", "example-untried"]
            result.append(nodes.paragraph("", note, classes=classes))
    return result


def in_words(found: Sequence[Cell]) -> str:
    """What the strip says, for formats that cannot show it."""
    sentences = []
    for state, start in (
        ("same", "Printed on"),
        ("differs", "Something else is printed on"),
        ("not tried yet", "Not tried yet on"),
    ):
        if some := [cell for cell in found if cell.state == state]:
            sentences.append(f"{start} {_listed(some)}.")
    return " ".join(sentences)


def _listed(found: Sequence[Cell]) -> str:
    """``Python 3.14, 3.15 and eager tasks``."""
    names = [AXES.get(cell.name, cell.name) for cell in found]
    if found[0].name not in AXES:
        names[0] = f"Python {names[0]}"
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


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
    start = "On uvloop" if recording.axis == "uvloop" else "With eager tasks"
    asked = question("", f"{start}, tried on Python {python}: {change(before, after)}")
    box = what_if("", asked, ids=[target], classes=["example-axis"], open=True)
    if after.output:
        block = nodes.literal_block(after.plain, after.plain, classes=["example-text"])
        block["language"] = "none"
        box += block
    else:
        box += nodes.paragraph("", "No output.", classes=["example-note"])
    if after.status:
        note = f"Exit status: {after.status}"
        box += nodes.paragraph("", note, classes=["example-note"])
    yield box


def change(before: Transcript, after: Transcript) -> str:
    """How an output differs from the usual one, in words."""
    old, new = (Counter(run.plain.splitlines()) for run in (before, after))
    if old == new:
        return "the same lines in another order."
    more, fewer = (new - old).total(), (old - new).total()
    parts = []
    if not fewer:
        parts.append(f"{more} more {'line' if more == 1 else 'lines'}")
    elif not more:
        parts.append(f"{fewer} {'line' if fewer == 1 else 'lines'} fewer")
    else:
        parts.append("other lines")
    if after.status and not before.status:
        parts.append("and it fails")
    return f"{', '.join(parts)}."
