"""What can be wrong with an example, and how it is said wherever it is found."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Kind(Enum):
    """What can be wrong: the subtype of a warning, and what it means for readers."""

    DRIFT = "drift"
    UNRECORDED = "unrecorded"
    TIMEOUT = "timeout"
    LIMIT = "limit"
    MISSING = "missing"
    OUTSIDE = "outside"
    INVALID = "invalid"
    ANCHOR = "anchor"
    CLAIM = "claim"
    TIMELINE = "timeline"
    UNUSED = "unused"
    ORPHAN = "orphan"

    @property
    def meaning(self) -> str:
        """One sentence or two, for the list of warning types."""
        return _MEANINGS[self]


_MEANINGS = {
    Kind.DRIFT: "A run does not give what its recording says. "
    "Mend the program, or accept the new output.",
    Kind.UNRECORDED: "There is no recording to compare the run with. Make one.",
    Kind.TIMEOUT: "The program still ran when its time was up. "
    "The page shows its output so far.",
    Kind.LIMIT: "The program printed more than a page should hold.",
    Kind.MISSING: "A page names an example that does not exist.",
    Kind.OUTSIDE: "A page names a file that is not inside the examples folder.",
    Kind.INVALID: "A file cannot be an example: its name hides a standard module, or "
    "its metadata cannot be read.",
    Kind.ANCHOR: "A text to highlight is on no line of the example, or on several, or "
    "a text that the shown part begins or ends with is not there.",
    Kind.CLAIM: "A page quotes a program or an output that does not have the text, or "
    "asks a recording for what it does not tell.",
    Kind.TIMELINE: "A page asks for a timeline that is not recorded, or "
    "that cannot be.",
    Kind.UNUSED: "An example, or the timeline of one, is on no page.",
    Kind.ORPHAN: "A recording belongs to no example.",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, told the same way wherever it is found."""

    kind: Kind
    name: str
    """The example, as a page calls it."""
    cause: str
    detail: str = ""
    """The diff, or the output so far."""
    cure: str = ""
    places: tuple[str, ...] = ()
    """``file:line`` of what there is to look at, the example's own line first."""

    @property
    def text(self) -> str:
        """All of it, over several lines; the first says what is wrong."""
        parts = [f"{self.name}: {self.cause}"]
        if self.detail:
            parts.append(self.detail.rstrip("\n"))
        if self.places:
            parts.append("at " + ", ".join(self.places))
        if self.cure:
            parts.append(self.cure)
        return "\n".join(parts)


def annotations_wanted() -> bool:
    """Whether this runs under GitHub Actions."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def annotations(problem: Problem, places: Iterable[str], base: Path) -> Iterator[str]:
    """Yield a workflow command for each place.

    The format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions

    :param places: ``file:line``; files relative to ``base``, or absolute.
    """
    root = Path(os.environ.get("GITHUB_WORKSPACE", "") or Path.cwd())
    title = _property(f"{problem.name}: {problem.kind.value}")
    for place in dict.fromkeys(places):
        file, _, line = place.rpartition(":")
        shown = _property(Path(os.path.relpath(base / file, root)).as_posix())
        yield f"::error file={shown},line={line},title={title}::{_text(problem.text)}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
