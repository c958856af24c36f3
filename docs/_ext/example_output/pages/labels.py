"""Which Pythons printed an output, and why others did not, in the reader's language."""

import re
from collections.abc import Sequence

from example_output.example import Example
from example_output.folder import Folder, Recording
from example_output.pages.nodes import python_label
from example_output.pages.words import _, marked

# Why a program is not run somewhere: what is committed is English.
REASONS = (
    marked("it declares run = false"),
    marked("it does not end by itself"),
    marked("it does not end there"),
    marked("it is given arguments, input, variables or modules"),
    marked("it imports what pages do not have"),
    marked("it makes files"),
    marked("it needs a function of the system that browsers lack"),
    marked("it needs the files beside it"),
    marked("it opens a connection"),
    marked("it opens a network connection"),
    marked("it starts a process"),
    marked("it starts a thread"),
    marked("its output is not the same on every run"),
    marked("its tasks do something else there"),
)
_NEEDS = re.compile(r"it needs Python (.+)")
_NATIVE = ", which needs a native Python"


def label_of(
    sentence: str, pythons: Sequence[str], otherwise: str = "", *, held: bool = False
) -> python_label:
    """The label of an output.

    :param sentence: all that is known about who printed it.
    :param pythons: the minor versions on which it was printed, oldest first.
    :param otherwise: what the badge says if there are none.
    :param held: whether this build has printed it, as recorded.
    """
    badge = span(pythons) or otherwise
    return python_label(
        "",
        f"({sentence})",
        classes=["example-python"],
        sentence=sentence,
        badge=badge,
        held=held,
    )


def versions(recording: Recording) -> str:
    """The Python versions that a recording is for, in words."""
    first, last = recording.minors
    if first and last:
        if first == last:
            return f"Python {first}"
        return _("Python {first} to {last}", first=first, last=last)
    if first:
        return _("Python {first} and later", first=first)
    if last:
        return _("Python {last} and earlier", last=last)
    return _("every supported Python")


def label_in(folder: Folder, example: Example, recording: Recording) -> str:
    """The Python versions that a recording of an example is for, in words."""
    alone = len(folder.recordings(example, recording.path.suffix)) == 1
    requires = example.metadata.requires_python
    if alone and requires:
        return _("needs Python {versions}", versions=requires)
    return versions(recording)


def unless_run(recording: Recording, label: str) -> str:
    """The badge of an output that was not run on any Python that is known.

    :param label: the versions of Python that it is for, in words.
    """
    if label == versions(recording) and not any(recording.minors):
        return _("not run")
    return label.removeprefix("Python ")


def reason_in_words(reason: str) -> str:
    """Why a program was not run, as a page says it; an author's reason as it is."""
    native = reason.endswith(_NATIVE)
    reason = reason.removesuffix(_NATIVE)
    if found := _NEEDS.fullmatch(reason):
        words = _("it needs Python {versions}", versions=found[1])
    else:
        words = _(reason) if reason in REASONS else reason
    return _("{reason}, which needs a native Python", reason=words) if native else words


def span(pythons: Sequence[str]) -> str:
    """Minor versions, as short as they can be, as a range if possible."""
    if len(pythons) < 3:
        return ", ".join(pythons)
    major, _dot, first = pythons[0].partition(".")
    wanted = [f"{major}.{int(first) + number}" for number in range(len(pythons))]
    if list(pythons) == wanted:
        return f"{pythons[0]} \N{EN DASH} {pythons[-1]}"
    return ", ".join(pythons)
