"""The tests of exercises: of the checks, and of each right and each wrong program."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest

from example_output.example import Example
from example_output.exercise import Exercise, ExerciseError, verdict
from example_output.recording.collecting import ExampleTest, Failure, JudgedFile
from example_output.recording.trial import Python
from example_output.running.job import CAN_FORK, Job, plan
from example_output.running.runs import RunnerError
from example_output.transcript import Transcript

Run: TypeAlias = Callable[[ExampleTest], Iterable[tuple[Job, Transcript]]]


class ProgramFile(pytest.File):
    """A right or a wrong program of an exercise."""

    exercise: Exercise
    program: Example
    pythons: Sequence[Python]
    runs: Run

    def collect(self) -> "Iterator[_ProgramTest]":
        """One test for each Python; on an axis, tasks may do other things."""
        for python in self.pythons:
            if not python[1].axis:
                name = f"python{python[1].version}"
                item: _ProgramTest = _ProgramTest.from_parent(self, name=name)
                item.prepare(self, python)
                yield item


class _ProgramTest(ExampleTest):
    """A program that is observed and judged."""

    def prepare(self, file: ProgramFile, python: Python) -> None:
        """Plan the run."""
        self.exercise, self.program, self.runs = file.exercise, file.program, file.runs
        interpreter, self.gate = python
        if self.gate.applies(self.program):
            key = f"{self.program.name} {interpreter.executable}"
            job = plan(self.gate, self.program, interpreter, key, timeline=True)
            # It does what a plain start would, in a fifth of the time; one process
            # forks for one Python alone.
            alone = CAN_FORK and len(file.pythons) == 1
            self.jobs = [replace(job, fork=alone)]

    def runtest(self) -> None:
        """Run and judge it."""
        if not self.jobs:
            pytest.skip(self.gate.inapplicable(self.program))
        try:
            [(_, run)] = self.runs(self)
            said = verdict(self.exercise, self.program, run)
        except RunnerError as error:
            said = f"{self.program.name}: {error}"
        except ExerciseError as error:
            said = error.problem.text
        if said:
            raise Failure(said)

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Name the test by the program."""
        return self.path, 0, f"{self.program.name} [{self.name}]"


def collect(
    parent: pytest.Collector,
    file_path: Path,
    found: tuple[Exercise, Example | None],
    pythons: Sequence[Python],
    runs: Run,
) -> pytest.Collector:
    """The tests of a file of an exercise."""
    exercise, program = found
    if program is None:
        return JudgedFile.of(
            parent, file_path, "recordings", exercise.start.name, exercise.problems
        )
    file: ProgramFile = ProgramFile.from_parent(parent, path=file_path)
    file.exercise, file.program = exercise, program
    file.pythons, file.runs = pythons, runs
    return file
