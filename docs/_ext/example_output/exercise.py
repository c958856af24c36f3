"""An exercise: a program for the reader to change, and what must be so of the result.

Beside the start, an ordinary example ``NAME.py``, lie ``NAME_solution.py``, likewise an
example; ``NAME.checks``, as :mod:`.timeline.checks` reads it; ``NAME.right/``, with
other solutions; and ``NAME.wrong/``, with programs each of which names in a comment
``# fails: …`` the check that it fails.

The build judges from recordings alone.  pytest also runs the programs in the folders.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from packaging.version import Version

from example_output.example import Example
from example_output.folder import TIMELINE, Folder, Recording
from example_output.metadata import ExampleError
from example_output.problems import Kind, Problem
from example_output.timeline.checks import (
    Check,
    ChecksError,
    judge,
    nearest,
    read_checks,
)
from example_output.timeline.events import UnfitError
from example_output.timeline.failures import Run
from example_output.timeline.recorded import TimelineError, read_timeline
from example_output.transcript import RecordingError, Transcript, read_recording

CHECKS = ".checks"
"""The suffix of the file of checks."""
RIGHT, WRONG = ".right", ".wrong"
"""The suffixes of the folders; see :func:`.example.find_examples`."""
_FAILS = re.compile(rb"(?m)^# fails: (.*?)\s*$")


class ExerciseError(ValueError):
    """Something about an exercise; ``problem`` says what."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.cause)
        self.problem = problem


@dataclass(frozen=True)
class Exercise:
    """An exercise, by its start."""

    folder: Folder
    start: Example

    @property
    def path(self) -> Path:
        """The file of its checks."""
        return self.start.path.with_suffix(CHECKS)

    @property
    def solution_name(self) -> str:
        """The name of the example that solves it."""
        return f"{self.start.name.removesuffix('.py')}_solution.py"

    @cached_property
    def solution(self) -> Example:
        """The example that solves it.

        :raises ExerciseError: if there is none.
        """
        try:
            return self.folder.find(self.solution_name)
        except ExampleError:
            cause = f"its solution {self.solution_name} is missing"
            raise self._error(cause, "Write it", self.start.path) from None

    @cached_property
    def text(self) -> str:
        """The content of the file of its checks.

        :raises ExerciseError: if there is none.
        """
        try:
            return self.path.read_text("utf-8")
        except OSError:
            cause = f"its checks are missing: there is no {self.path.name}"
            raise self._error(cause, "Write them", self.start.path) from None

    @cached_property
    def checks(self) -> list[Check]:
        """Its checks.

        :raises ExerciseError: if they cannot be read.
        """
        try:
            return read_checks(self.text)
        except ChecksError as error:
            raise self._error(str(error), error.cure, self.path, error.line) from None

    def programs(self, suffix: str) -> list[Example]:
        """The programs in the folder of right ones, or of wrong ones."""
        folder = self.start.path.with_suffix(suffix)
        above = self.start.name.removesuffix(".py") + suffix
        found = sorted(path.name for path in folder.glob("*.py"))
        return [Example(self.folder.settings.folder, f"{above}/{n}") for n in found]

    @property
    def files(self) -> list[Path]:
        """All its files, besides the recordings of its examples."""
        others = [*self.programs(RIGHT), *self.programs(WRONG)]
        return [self.path, *(program.path for program in others)]

    def digest(self) -> str:
        """A digest of these files."""
        known = {p.name: p.read_bytes() for p in self.files if p.is_file()}
        return hashlib.sha256(repr(known).encode()).hexdigest()

    def declared(self, program: Example) -> Check:
        """The check that a wrong program says that it fails.

        :raises ExerciseError: if it says none, or one that is not there.
        """
        found = _FAILS.search(program.source)
        if not found:
            cause = f"{program.path.name} does not say which check it fails"
            cure = f"Add a comment: # fails: {self.checks[0].text}"
            raise self._error(cause, cure, program.path)
        text = found[1].decode("utf-8", "replace")
        texts = [check.text for check in self.checks]
        if text not in texts:
            cause = f"{program.path.name} names a check that is not there: {text!r}"
            line = program.source[: found.start()].count(b"\n") + 1
            cure = f"Did you mean {nearest(text, texts)!r}?"
            raise self._error(cause, cure, program.path, line)
        return self.checks[texts.index(text)]

    def _error(self, cause: str, cure: str, path: Path, line: int = 1) -> ExerciseError:
        return ExerciseError(self.problem(cause, cure, path, line))

    def problem(self, cause: str, cure: str, path: Path, line: int = 1) -> Problem:
        """Something that is wrong with it, in a line of one of its files."""
        place = f"{self.folder.settings.shown(path)}:{line}"
        name = self.start.name
        return Problem(Kind.EXERCISE, name, cause, cure=cure, places=(place,))

    # -- Judged from recordings ------------------------------------------------------

    def problems(self) -> list[Problem]:
        """What is wrong with it, as far as recordings and comments say."""
        try:
            _ = self.checks, self.solution
            failed = self._failed_by_start()
            failed |= {self.declared(one).text for one in self.programs(WRONG)}
            return [*self._unsolved(), *self._unfailed(failed)]
        except ExerciseError as error:
            return [error.problem]

    def _recorded(self, example: Example) -> list[tuple[str, Run]]:
        """Its recorded runs, one for each range of Pythons, with these in words."""
        try:
            return list(_recorded_runs(self.folder, example))
        except (RecordingError, TimelineError, UnfitError) as error:
            cause = f"{example.path.name} cannot be judged: {error}"
            cure = "Let its tasks do what a timeline can be recorded of"
            raise self._error(cause, cure, example.path) from None
        except LookupError:
            cause = f"{example.path.name} has no recorded timeline to judge"
            raise self._error(cause, "Record it with one", example.path) from None

    def _failed_by_start(self) -> set[str]:
        """The checks that the start fails on every Python."""
        found = []
        for label, run in self._recorded(self.start):
            failed = {c.text for c in self.checks if c.failure(run)}
            if not failed:
                cause = f"the start passes every check already, on {label}"
                raise self._error(cause, "Add a check that it fails", self.path)
            found.append(failed)
        return set.intersection(*found)

    def _unsolved(self) -> Iterator[Problem]:
        for label, run in self._recorded(self.solution):
            said = judge(self.checks, run)
            for check, wrong in zip(self.checks, said, strict=True):
                if wrong:
                    cause = f"the solution fails {check.text!r} on {label}: {wrong}"
                    cure = "Fix the solution, or the check"
                    yield self.problem(cause, cure, self.path, check.line)

    def _unfailed(self, failed: set[str]) -> Iterator[Problem]:
        for check in self.checks:
            if check.text not in failed:
                cause = f"nothing fails the check {check.text!r}, so it proves nothing"
                cure = (
                    f"Add to {self.start.path.stem}{WRONG}/ a program that fails it, "
                    f"with the comment: # fails: {check.text}"
                )
                yield self.problem(cause, cure, self.path, check.line)


def _recorded_runs(folder: Folder, example: Example) -> Iterator[tuple[str, Run]]:
    """Yield the runs that are recorded with output and timeline.

    :raises LookupError: if there is none.
    """
    timelines = folder.recordings(example, TIMELINE)
    outputs = folder.recordings(example)
    starts = {one.since or Version("0") for one in (*timelines, *outputs)}
    held = [(_held(timelines, start), _held(outputs, start)) for start in starts]
    both = [(t, o) for t, o in held if t and o]
    if not both:
        raise LookupError(example.name)
    for timeline, output in both:
        label = max(timeline, output, key=lambda one: one.since or Version("0")).label
        printed = read_recording(output.read(), example.command)
        events = read_timeline(timeline.read())
        yield label, Run(events, printed.plain, printed.status)


def _held(recordings: Sequence[Recording], version: Version) -> Recording | None:
    return next((one for one in recordings if one.holds_on(version)), None)


# -- Judged from a run, by pytest ------------------------------------------------------


def find(folder: Folder, path: Path) -> tuple[Exercise, Example | None] | None:
    """The exercise of a file, and the program if it is in one of the folders."""
    inside = path.parent.suffix in (RIGHT, WRONG) and path.suffix == ".py"
    if not inside and path.suffix != CHECKS:
        return None
    start = (path.parent if inside else path).with_suffix(".py")
    root = folder.settings.folder
    try:
        example = folder.find(start.relative_to(root).as_posix())
    except ExampleError:
        return None
    program = Example(root, path.relative_to(root).as_posix()) if inside else None
    return Exercise(folder, example), program


def verdict(exercise: Exercise, program: Example, run: Transcript) -> str:
    """What is wrong with a right or a wrong program; empty if nothing is.

    :raises ExerciseError: if it declares no check that is there.
    """
    try:
        events = read_timeline(run.timeline)
    except UnfitError as error:
        return f"{program.name}: it cannot be judged, because {error}"
    done = Run(events, run.plain, run.status)
    if program.path.parent.suffix == RIGHT:
        said = filter(None, judge(exercise.checks, done))
        return "".join(f"{program.name}: it should pass: {one}\n" for one in said)
    check = exercise.declared(program)
    if check.failure(done):
        return ""
    return f"{program.name}: it should fail {check.text!r}, and passes it"
