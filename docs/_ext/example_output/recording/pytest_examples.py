"""Check or record examples with pytest: one test each, with the path as its id.

Imported if ``example_output_confdir`` is set in pytest's settings.  It is the folder of
the ``conf.py`` that contains the settings of the examples.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from example_output import exercise as exercises
from example_output.conf_file import UnreadableError, read_settings
from example_output.example import Example
from example_output.folder import Folder
from example_output.options import MATRIX, RECORD
from example_output.problems import Problem, annotations, annotations_wanted
from example_output.recording import pytest_practice
from example_output.recording.collecting import (
    Collecting,
    ExampleTest,
    Failure,
    JudgedFile,
)
from example_output.recording.ignored import ignored_by_git
from example_output.recording.recorder import RefusedError, writing_allowed
from example_output.recording.reproduced import Reproduced, cell_of
from example_output.recording.trial import (
    Mode,
    Python,
    Trial,
    find_axes,
    notes,
    on,
    strays,
)
from example_output.recording.unreadable import Unreadable
from example_output.running.interpreter import (
    Interpreter,
    InterpreterError,
    find_interpreter,
    this_interpreter,
)
from example_output.running.job import Job
from example_output.running.runs import RunnerError, Runs
from example_output.settings import Settings, SettingsError
from example_output.transcript import Transcript

# Properties of reports, because xdist's workers send these too.
_ANNOTATIONS = "example_output annotations"
_NOTE = "example_output note"
_RUN = "example_output run"
_WRITTEN = "example_output written"


def read_project(config: pytest.Config, confdir: Path) -> "Collecting":
    """The plugin for a project, with the settings in its ``conf.py``.

    :raises pytest.UsageError: if a setting or an option cannot be used.
    """
    try:
        return _Examples(config, read_settings(confdir))
    except UnreadableError as error:
        return Unreadable(confdir / "conf.py", str(error))
    except (SettingsError, InterpreterError) as error:
        raise pytest.UsageError(str(error)) from None


def _mode(config: pytest.Config, recording: bool) -> Mode:
    return Mode(
        recording,
        timeline=bool(config.option.example_timeline),
        accept_failure=bool(config.option.example_accept_failure),
    )


class _Examples(Collecting):
    """The examples of one pytest session, and their runs."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        self.settings = settings
        self.recording = bool(config.option.example_record) and writing_allowed()
        self.mode = _mode(config, self.recording)
        self.absent: list[str] = []
        self.folder = folder = Folder(settings)
        axes = config.option.example_axis
        pythons = [find_interpreter(v) for v in config.option.example_python]
        if config.option.example_matrix:
            pythons += self._find_matrix()
            axes = axes or [axis for axis, _ in settings.axes]
        if not axes:
            pythons = pythons or [this_interpreter()]
        self.pythons = [on(python, folder) for python in pythons]
        if not (self.recording and pythons):  # after the recordings they differ from
            self.pythons += find_axes(folder, axes, self.absent)
        self.examples = folder.examples
        found = [] if self.recording else strays(folder, self.pythons)
        self.strays = {problem.name: problem for problem in found}
        self.reproduced = Reproduced(folder)
        self.collected = False
        self._runs: Runs | None = None

    def _find_matrix(self) -> list[Interpreter]:
        """The Pythons of the matrix that are on this machine.

        :raises InterpreterError: if there is none.
        """
        found = []
        for version in self.settings.pythons:
            try:
                found.append(find_interpreter(version))
            except InterpreterError as error:
                self.absent.append(str(error))
        if not found:
            raise InterpreterError(
                f"{MATRIX}: none of example_output_pythons in conf.py, "
                f"{list(self.settings.pythons)}, was found on this machine"
            )
        return found

    def label(self, python: Python) -> str:
        """The version of a Python in the names of tests.

        It has the patch release only if two are asked for that differ in nothing else:
        ``--lf`` and lists of known failures outlive the next release of Python.
        """
        minor = cell_of(python[1])
        alone = [cell_of(other[1]) for other in self.pythons].count(minor) == 1
        return minor if alone else python[0].version

    def pytest_report_header(self) -> list[str]:
        """Name the Pythons, and say if nothing will be recorded."""
        versions = ", ".join(
            f"{python.version} {gate.axis}".rstrip() for python, gate in self.pythons
        )
        lines = [f"examples: run on Python {versions}"]
        lines += [f"examples: {absent}, so it is left out" for absent in self.absent]
        if self.config.option.example_record and not self.recording:
            lines.append(
                f"examples: CI is set, so {RECORD} writes nothing and compares"
            )
        return lines

    def collect(
        self, path: Path, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect an example of the project."""
        if not path.is_relative_to(self.settings.folder):
            return None
        name = path.relative_to(self.settings.folder).as_posix()
        example = self.examples.get(name)
        if name in self.strays:
            return _stray(parent, file_path, self.strays[name])
        if example is None:
            exercise = None if self.recording else exercises.find(self.folder, path)
            return exercise and pytest_practice.collect(
                parent, file_path, exercise, self.pythons, self.run
            )
        self.collected = True
        file: _File = _File.from_parent(parent, path=file_path)
        file.example, file.examples = example, self
        return file

    def run(self, item: ExampleTest) -> Iterator[tuple[Job, Transcript]]:
        """Yield the runs of one test; start those of all tests together."""
        keys = {job.key for job in item.jobs}
        if self._runs is None or not keys <= self._runs.keys:
            self.close()
            # Under xdist a worker does not know which tests it will get.
            alone = hasattr(self.config, "workerinput")
            items = [item] if alone else _items(item.session.items)
            jobs = [job for one in items for job in one.jobs]
            self._runs = Runs(jobs, at_once=self.settings.jobs, load=self.recording)
        for job in item.jobs:
            yield job, self._runs.result(job.key)

    def close(self) -> None:
        """End all runs."""
        if self._runs is not None:
            self._runs.close()
            self._runs = None

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End all runs, for instance after an interrupt."""
        self.session = session
        self.close()

    def pytest_terminal_summary(
        self, terminalreporter: "pytest.TerminalReporter"
    ) -> None:
        """List what was recorded."""
        for text in _values(terminalreporter, _ANNOTATIONS):
            terminalreporter.write_line(text)
        if self.config.option.example_matrix:
            self._write_reproduced(terminalreporter)
        if self.recording:
            terminalreporter.section("recordings")
            for note in list(_values(terminalreporter, _NOTE)) or [self._nothing]:
                terminalreporter.write_line(note)
            written = list(_values(terminalreporter, _WRITTEN))
            if warning := ignored_by_git(written, self.settings.origin):
                terminalreporter.write_line(warning, yellow=True)

    @property
    def _nothing(self) -> str:
        """Why nothing was written."""
        if self.collected:
            return "nothing changed"
        folder = self.settings.shown(self.settings.folder)
        return f"no example was collected: name {folder}, or add it to testpaths"

    def _write_reproduced(self, terminalreporter: "pytest.TerminalReporter") -> None:
        for name, cell, same in _values(terminalreporter, _RUN):
            if cell in self.reproduced.cells:
                reason = "" if same else None
                self.reproduced.note(self.examples[name], cell, reason)
        terminalreporter.section("matrix")
        for line in self.absent:
            terminalreporter.write_line(f"not run: {line}")
        if not writing_allowed():
            terminalreporter.write_line("CI is set, so nothing is written")
        elif not self.recording:
            self._write_file(terminalreporter)

    def _write_file(self, terminalreporter: "pytest.TerminalReporter") -> None:
        shown = self.settings.shown(self.reproduced.path)
        try:
            if self.reproduced.write():
                terminalreporter.write_line(f"wrote {shown}")
        except OSError as error:
            why = error.strerror or error
            terminalreporter.write_line(f"{shown} cannot be written: {why}", red=True)
            if not self.session.exitstatus:  # the tests have passed
                self.session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _values(terminalreporter: "pytest.TerminalReporter", name: str) -> Iterator[Any]:
    """The values of one property of all tests."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            if report.when == "call":
                yield from (v for key, v in report.user_properties if key == name)


def _items(items: Iterable[pytest.Item]) -> list[ExampleTest]:
    return [item for item in items if isinstance(item, ExampleTest)]


class _File(pytest.File):
    """An example's file."""

    example: Example
    examples: _Examples

    def collect(self) -> "Iterator[_Item]":
        """One test for each Python; one for all of them when recording."""
        pythons = self.examples.pythons
        groups = [[one] for one in pythons]
        if self.examples.recording and not pythons[0][1].axis:
            groups = [pythons]
        for group in groups:
            versions = "+".join(map(self.examples.label, group))
            python = "" if group[0][1].axis else "python"
            name = f"{'record ' if self.examples.recording else ''}{python}{versions}"
            item: _Item = _Item.from_parent(self, name=name)
            item.prepare(self.examples, self.example, group)
            yield item


def _stray(parent: pytest.Collector, path: Path, problem: Problem) -> JudgedFile:
    """The test of a recording that no run is compared with."""
    return JudgedFile.of(parent, path, "recording", problem.name, lambda: [problem])


class _Item(ExampleTest):
    """One example, checked on one Python, or recorded on all."""

    def prepare(
        self,
        examples: _Examples,
        example: Example,
        pythons: list[Python],
    ) -> None:
        """Plan the runs."""
        self.examples, self.example = examples, example
        self.trial = Trial(example, pythons, examples.mode)
        self.jobs = self.trial.jobs

    def runtest(self) -> None:
        """Run, and compare or record."""
        if self.trial.problem:
            self.fail(self.trial.problem)
        if not self.trial.gates:
            pytest.skip(f"{self.example.name}: {self.trial.inapplicable}")
        try:
            runs = list(self.examples.run(self))
        except RunnerError as error:
            raise Failure(f"{self.example.name}: {error}") from None
        if self.examples.recording:
            self._record(runs)
            return
        problem, is_same = self.trial.check(runs)
        result = (self.example.name, cell_of(self.trial.gates[0]), is_same)
        self.user_properties.append((_RUN, result))
        if problem:
            self.fail(problem)

    def fail(self, problem: Problem) -> NoReturn:
        """Fail with a problem's text."""
        if annotations_wanted():
            origin = self.examples.settings.origin
            text = annotations(problem, problem.places[:1], origin)
            self.user_properties.append((_ANNOTATIONS, "\n".join(text)))
        raise Failure(problem.text)

    def _record(self, runs: list[tuple[Job, Transcript]]) -> None:
        try:
            done = self.trial.record(runs)
        except RefusedError as error:
            raise Failure(str(error)) from None
        shown = self.examples.settings.shown
        self.user_properties += [(_NOTE, note) for note in notes(done, shown)]
        self.user_properties += [(_WRITTEN, shown(path)) for path in done.written]

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Name the test by the example."""
        return self.path, 0, f"{self.example.name} [{self.name}]"
