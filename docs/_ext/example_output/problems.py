"""What can be wrong with an example, and the text of warnings and test failures."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class Kind(Enum):
    """What can be wrong: the subtype of a warning, and its meaning."""

    DRIFT = "drift"
    UNRECORDED = "unrecorded"
    TIMEOUT = "timeout"
    LIMIT = "limit"
    KILLED = "killed"
    MISSING = "missing"
    OUTSIDE = "outside"
    INVALID = "invalid"
    DEPENDENCIES = "dependencies"
    ANCHOR = "anchor"
    CLAIM = "claim"
    MASK = "mask"
    TAKEN = "taken"
    PREDICT = "predict"
    EXERCISE = "exercise"
    TIMELINE = "timeline"
    UNUSED = "unused"
    ORPHAN = "orphan"
    CHANGED = "changed"

    @property
    def meaning(self) -> str:
        """One sentence or two, for the list of warning types."""
        return _MEANINGS[self]


_MEANINGS = {
    Kind.DRIFT: "A run differs from its recording. "
    "Fix the program, or accept the new output.",
    Kind.UNRECORDED: "There is no recording to compare the run with. Make one.",
    Kind.TIMEOUT: "The program was still running when its time was up. "
    "The page shows its output so far.",
    Kind.LIMIT: "The program printed more than a page should hold.",
    Kind.KILLED: "The system has killed the program, because memory or CPU time ran "
    "out. What it has printed until then proves nothing.",
    Kind.MISSING: "A page names an example that does not exist.",
    Kind.OUTSIDE: "A page names a file that is not inside the examples folder.",
    Kind.INVALID: "A file cannot be an example: its name shadows a standard module, or "
    "what it declares, or a recording of it, cannot be read or is not there.",
    Kind.DEPENDENCIES: "An example declares packages that are not installed for the "
    "Python that runs it.",
    Kind.ANCHOR: "A text to highlight is found on no line of the example or on "
    "several, the example does not contain the text that the shown part begins or "
    "ends with, or an option of the directive cannot be applied to it.",
    Kind.CLAIM: "A page quotes a text that its programs or outputs do not contain, or "
    "asks for a fact that the recording does not contain.",
    Kind.MASK: "A mask matches nothing: nothing in the output of the example that "
    "declares it, or nothing in any output of the project.",
    Kind.TAKEN: "Another extension has taken the name of a directive or a role. "
    "Those whose names do not begin with ``example-`` have a second name that does.",
    Kind.PREDICT: "A question has no answer in the recordings, or several: two choices "
    "are equal, the order of lines varies, or Pythons differ.",
    Kind.EXERCISE: "An exercise proves nothing: its start passes, its solution fails, "
    "nothing fails one of its checks, or a line is not a check.",
    Kind.TIMELINE: "A page asks for a timeline that is not recorded, or that cannot be "
    "recorded.",
    Kind.UNUSED: "No page shows an example, or its timeline.",
    Kind.ORPHAN: "A recording belongs to no example, or to no Python of the project.",
    Kind.CHANGED: "An example or its recording was saved during the build, so a page "
    "may show two versions of it; or a file of it was removed. Build again.",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, with the same text in the build and in pytest."""

    kind: Kind
    name: str
    """The example's name, as on pages."""
    cause: str
    detail: str = ""
    """The diff, or the output so far."""
    cure: str = ""
    places: tuple[str, ...] = ()
    """``file:line`` of each relevant place, the example's own line first."""

    @property
    def text(self) -> str:
        """The whole message; its first line says what is wrong."""
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


def annotations(problem: Problem, places: Iterable[str], origin: Path) -> Iterator[str]:
    """Yield a workflow command for each place.

    The format: https://docs.github.com/actions/reference/workflow-commands-for-github-actions

    :param places: ``file:line``; files relative to ``origin``, or absolute.
    """
    root = Path(os.environ.get("GITHUB_WORKSPACE", "") or Path.cwd())
    title = _property(f"{problem.name}: {problem.kind.value}")
    for place in dict.fromkeys(places):
        file, _, line = place.rpartition(":")
        shown = _property(Path(os.path.relpath(origin / file, root)).as_posix())
        yield f"::error file={shown},line={line},title={title}::{_text(problem.text)}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
