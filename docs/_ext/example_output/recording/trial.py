"""The runs of one example that is checked or recorded, and what comes of them.

pytest and ``python -m example_output`` share this, and so the texts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from example_output.example import Example
from example_output.folder import TIMELINE, Folder
from example_output.gate import Gate
from example_output.options import AXIS
from example_output.problems import Problem
from example_output.recording.recorder import (
    STRESS,
    Recorded,
    RefusedError,
    record,
    record_axis,
)
from example_output.running.interpreter import (
    Interpreter,
    InterpreterError,
    find_interpreter,
)
from example_output.running.job import Job, plan
from example_output.transcript import Transcript

Python: TypeAlias = tuple[Interpreter, Gate]
"""A Python to run on, and the comparison for it."""


WROTE = "wrote "
"""What a note of a new recording begins with."""


def on(python: Interpreter, folder: Folder) -> Python:
    """A Python, with the comparison for it."""
    return python, Gate(folder, python.version, packages=python.packages)


def find_axes(
    folder: Folder, axes: Iterable[str], absent: list[str]
) -> Iterator[Python]:
    """The axes, each with its Python, as far as they are on this machine.

    :param absent: gets why the others are not.
    :raises InterpreterError: if the project has no such axis.
    """
    settings = folder.settings
    known = dict(settings.axes)
    for axis in axes:
        if axis not in known:
            raise InterpreterError(
                f"{AXIS} {axis}: example_output_axes in conf.py has {list(known)}"
            )
        packages = settings.matrix / axis
        if axis == "uvloop" and not packages.is_dir():
            shown = settings.shown(packages)
            absent.append(f"there is no {shown}: make matrix installs it")
            continue
        try:
            python = find_interpreter(known[axis])
        except InterpreterError as error:
            absent.append(f"{axis}: {error}")
        else:
            yield python, Gate(folder, python.version, axis)


def strays(folder: Folder, pythons: Sequence[Python]) -> list[Problem]:
    """The recordings that no run is compared with: nobody would notice a lie."""
    version = pythons[0][1].version
    return [*folder.orphans(), *folder.unreachable(version)]


@dataclass(frozen=True)
class Mode:
    """What is done with examples."""

    recording: bool = False
    """Whether they are recorded; otherwise they are checked."""
    timeline: bool = False
    """Whether a timeline is recorded for the first time."""
    accept_failure: bool = False
    """Whether a program that fails is recorded for the first time."""


@dataclass
class _Results:
    """Transcripts by version of Python: of plain runs, and of observed ones."""

    plain: dict[str, list[Transcript]] = field(default_factory=dict)
    watched: dict[str, list[Transcript]] = field(default_factory=dict)


class Trial:
    """One example, checked on one Python, or recorded on all that are given."""

    def __init__(self, example: Example, pythons: Sequence[Python], mode: Mode) -> None:
        self.example = example
        self.mode = mode
        problems = (gate.validate(example) for _, gate in pythons)
        self.problem = next(filter(None, problems), None)
        """What is wrong with the example itself."""
        # If it cannot be run on any, the reason is that of the first.
        first = pythons[0][1]
        self.inapplicable = "" if self.problem else first.inapplicable(example)
        """Why it is not run, if there are no gates."""
        if self.problem:
            pythons = []
        pythons = [(p, gate) for p, gate in pythons if gate.applies(example)]
        self.gates = [gate for _, gate in pythons]
        self._versions = {python.executable: python.version for python, _ in pythons}
        self.jobs = [
            job
            for python, gate in pythons
            for timeline in ((False, True) if self._has_timeline(gate) else (False,))
            for job in self._plan(python, gate, timeline)
        ]
        self.keys = {job.key for job in self.jobs}

    def _plan(self, python: Interpreter, gate: Gate, timeline: bool) -> Iterator[Job]:
        stress = STRESS if self.mode.recording else STRESS[:1]
        for number, (seed, garbage, elsewhere) in enumerate(stress):
            yield plan(
                gate,
                self.example,
                python,
                f"{self.example.name} {python.executable} {gate.axis} {number} "
                f"{timeline}",
                seed=seed,
                # The observer allocates objects too, which would change when garbage
                # is collected.
                garbage=None if timeline else garbage,
                timeline=timeline,
                # On another clock, there is no other time to observe.
                elsewhere=() if timeline else elsewhere,
                recording=self.mode.recording,
            )

    def _has_timeline(self, gate: Gate) -> bool:
        """Whether there is a timeline to check, or to record."""
        if gate.axis or self.example.is_session:
            return False  # there, its tasks may do other things, or there are none
        if not self.mode.recording:
            return gate.recording(self.example, TIMELINE) is not None
        known = gate.folder.recordings(self.example, TIMELINE)
        return self.mode.timeline or bool(known)

    def _sort(self, runs: Iterable[tuple[Job, Transcript]]) -> _Results:
        found = _Results()
        for job, run in runs:
            version = self._versions[job.executable]
            results = found.watched if job.timeline else found.plain
            results.setdefault(version, []).append(run)
        return found

    def check(
        self, runs: Iterable[tuple[Job, Transcript]]
    ) -> tuple[Problem | None, bool]:
        """Compare the runs; also return whether the output is as recorded."""
        gate, found = self.gates[0], self._sort(runs)
        [[plain]] = found.plain.values()
        problem = gate.check(self.example, plain)
        is_same = problem is None
        for [watched] in found.watched.values():
            problem = problem or gate.check_timeline(self.example, watched)
        return problem, is_same

    def record(self, runs: Iterable[tuple[Job, Transcript]]) -> Recorded:
        """Record what the runs agree on.

        :raises RefusedError: if they disagree, or fail, or if it cannot be written.
        """
        try:
            return self._record(runs)
        except OSError as error:
            path = error.filename2  # of what a temporary file was to replace
            shown = f" {self.gates[0].settings.shown(Path(path))}" if path else ""
            raise RefusedError(
                f"{self.example.name}: its recording{shown} cannot be written: "
                f"{error.strerror or error}"
            ) from error

    def _record(self, runs: Iterable[tuple[Job, Transcript]]) -> Recorded:
        found, gate = self._sort(runs), self.gates[0]
        accept_failure = self.mode.accept_failure
        if gate.axis:
            [axis_runs] = found.plain.values()
            return record_axis(gate, self.example, axis_runs, accept_failure)
        return record(
            self.gates,
            self.example,
            found.plain,
            timelines=found.watched,
            accept_failure=accept_failure,
        )


def notes(done: Recorded, shown: Callable[[Path], str]) -> list[str]:
    """What was written and removed, one line each.

    :param shown: spells a path.
    """
    found = [f"{WROTE}{shown(path)}" for path in done.written]
    found += [f"removed {shown(path)}" for path in done.removed]
    if found:
        found += [
            f"not run, so left as it was: {shown(old.path)} ({old.label})"
            for old in done.unseen
        ]
    return found
