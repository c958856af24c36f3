"""Check or record examples with pytest: one test for each, its id the example's path.

Imported where ``example_output_confdir`` is set in pytest's settings, the folder of
``conf.py``, which is where the examples' own settings are.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from example_output import annotations
from example_output.conf_file import UnreadableError, guess_folder, read_settings
from example_output.example import Example, find_examples
from example_output.gate import TIMELINE, Gate, Problem
from example_output.interpreters import InterpreterError, find_interpreter
from example_output.options import MATRIX, RECORD
from example_output.pytest_plugin import CONFDIR
from example_output.recorder import STRESS, RefusedError, record, writing_allowed
from example_output.reproduced import Reproduced
from example_output.runner import Interpreter, Job, Runs, this_interpreter
from example_output.settings import Settings, SettingsError
from example_output.transcript import Transcript

if TYPE_CHECKING:
    from pluggy import Result

# Properties of reports, since those come from xdist's workers, too.
_ANNOTATIONS = "example_output annotations"
_NOTE = "example_output note"
_RUN = "example_output run"


class _Failure(Exception):  # noqa: N818  # not an error of the program
    """What is wrong with an example, as its text alone shows it."""


def read_project(config: pytest.Config, confdir: Path) -> "_Collecting":
    """The plugin for a project, as the settings in its ``conf.py`` make it.

    :raises pytest.UsageError: if a setting or an option cannot be used.
    """
    try:
        return _Examples(config, read_settings(confdir))
    except UnreadableError as error:
        return _Unreadable(confdir / "conf.py", str(error))
    except (SettingsError, InterpreterError) as error:
        raise pytest.UsageError(str(error)) from None


class _Collecting(ABC):
    """Collects examples, and keeps other plugins from importing them.

    To import an example is to run it, in pytest's own process.  pytest would import it
    for --doctest-modules, or when it is named on the command line.
    """

    @pytest.hookimpl(hookwrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> "Generator[None, Result[list[pytest.Collector]], None]":
        """Collect a file of the examples folder, and nothing in it that is a module.

        Linters and type checkers, which only read the file, stay.
        """
        outcome = yield
        # The folder may be a link; an example that is one keeps its own name.
        path = file_path.parent.resolve() / file_path.name
        own = self.collect(path, file_path, parent)
        if own is not None:
            others = outcome.get_result()
            kept = [file for file in others if not isinstance(file, pytest.Module)]
            outcome.force_result([*kept, own])

    @abstractmethod
    def collect(
        self, path: Path, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Our collector for an example; ``None`` for any other file.

        :param path: the file, with no link in its folder.
        :param file_path: the file as pytest knows it.
        """


class _Examples(_Collecting):
    """The examples of one pytest session, and their runs."""

    def __init__(self, config: pytest.Config, settings: Settings) -> None:
        self.config = config
        self.settings = settings
        self.recording = bool(config.option.example_record) and writing_allowed()
        self.absent: list[str] = []
        pythons = [find_interpreter(v) for v in config.option.example_python]
        if config.option.example_matrix:
            pythons += self._find_matrix()
        pythons = pythons or [this_interpreter()]
        self.gates = [Gate(self.settings, python) for python in pythons]
        self.reproduced = Reproduced(self.gates[0])
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

    def pytest_report_header(self) -> list[str]:
        """Say on which Pythons, and whether anything is recorded."""
        versions = ", ".join(gate.interpreter.version for gate in self.gates)
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
        """Collect an example that the settings name."""
        if not path.is_relative_to(self.settings.folder):
            return None
        name = path.relative_to(self.settings.folder).as_posix()
        example = self.gates[0].examples.get(name)
        if example is None:
            return None
        file: _File = _File.from_parent(parent, path=file_path)
        file.example, file.examples = example, self
        return file

    def run(self, item: "_Item") -> Iterator[tuple[Job, Transcript]]:
        """The runs of one test; starts those of all tests at once."""
        if self._runs is None or not item.keys <= self._runs.keys:
            self.close()
            # Under xdist a worker does not know which tests it will get.
            alone = hasattr(self.config, "workerinput")
            items = [item] if alone else _items(item.session.items)
            self._runs = Runs(
                self._jobs(items), at_once=self.settings.jobs, load=self.recording
            )
        for job in item.jobs:
            yield job, self._runs.result(job.key)

    def _jobs(self, items: Iterable["_Item"]) -> Iterator[Job]:
        return (job for item in items for job in item.jobs)

    def close(self) -> None:
        """End what still runs."""
        if self._runs is not None:
            self._runs.close()
            self._runs = None

    def pytest_sessionfinish(self) -> None:
        """End what still runs, after an interrupt, say."""
        self.close()

    def pytest_terminal_summary(
        self, terminalreporter: "pytest.TerminalReporter"
    ) -> None:
        """List what was recorded."""
        for text in _told(terminalreporter, _ANNOTATIONS):
            terminalreporter.write_line(text)
        if self.config.option.example_matrix:
            self._write_reproduced(terminalreporter)
        if self.recording:
            terminalreporter.section("recordings")
            for note in list(_told(terminalreporter, _NOTE)) or ["nothing changed"]:
                terminalreporter.write_line(note)

    def _write_reproduced(self, terminalreporter: "pytest.TerminalReporter") -> None:
        for name, version, same in _told(terminalreporter, _RUN):
            self.reproduced.note(self.gates[0].examples[name], version, same=same)
        terminalreporter.section("matrix")
        for line in self.absent:
            terminalreporter.write_line(f"not run: {line}")
        if not writing_allowed():
            terminalreporter.write_line("CI is set, so nothing is written")
        elif not self.recording and self.reproduced.write():
            shown = self.settings.shown(self.reproduced.path)
            terminalreporter.write_line(f"wrote {shown}")


def _told(terminalreporter: "pytest.TerminalReporter", name: str) -> Iterator[Any]:
    """The values of one property of all tests."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            if report.when == "call":
                yield from (v for key, v in report.user_properties if key == name)


def _items(items: Iterable[pytest.Item]) -> "list[_Item]":
    return [item for item in items if isinstance(item, _Item)]


class _File(pytest.File):
    """An example's file."""

    example: Example
    examples: _Examples

    def collect(self) -> "Iterator[_Item]":
        """One test for each Python; one for all of them when recording."""
        gates = self.examples.gates
        groups = [gates] if self.examples.recording else [[gate] for gate in gates]
        for group in groups:
            versions = "+".join(gate.interpreter.version for gate in group)
            name = f"{'record ' if self.examples.recording else ''}python{versions}"
            item: _Item = _Item.from_parent(self, name=name)
            item.prepare(self.examples, self.example, group)
            yield item


class _Test(pytest.Item):
    """A test whose failure is a text of ours."""

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,
    ) -> Any:
        """Show what is wrong with the example, not with our code."""
        if isinstance(excinfo.value, _Failure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class _Item(_Test):
    """One example, checked on one Python, or recorded on all."""

    def prepare(self, examples: _Examples, example: Example, gates: list[Gate]) -> None:
        """Plan the runs."""
        self.examples, self.example = examples, example
        self.problem = gates[0].validate(example)
        self.gates = [] if self.problem else [g for g in gates if g.applies(example)]
        stress = STRESS if examples.recording else STRESS[:1]
        self.jobs = [
            gate.job(
                example,
                f"{example.name} {gate.interpreter.executable} {number} {timeline}",
                seed=seed,
                # To be watched makes objects, too: when garbage is looked for would
                # be another moment.
                garbage=None if timeline else garbage,
                timeline=timeline,
            )
            for gate in self.gates
            for timeline in ((False, True) if self._has_timeline(gate) else (False,))
            for number, (seed, garbage) in enumerate(stress)
        ]
        self.keys = {job.key for job in self.jobs}

    def _has_timeline(self, gate: Gate) -> bool:
        """Whether there is a timeline to check, or to record."""
        if not self.examples.recording:
            return gate.recording(self.example, TIMELINE) is not None
        wanted = bool(self.config.option.example_timeline)
        return wanted or bool(gate.recordings(self.example, TIMELINE))

    def runtest(self) -> None:
        """Run, and compare or record."""
        if self.problem:
            self.fail(self.problem)
        if not self.gates:
            requires = self.example.metadata.requires_python
            pytest.skip(f"{self.example.name} needs Python {requires}")
        # For runs as always, and for those that are watched: by interpreter.
        runs: list[dict[str, list[Transcript]]] = [{}, {}]
        for job, run in self.examples.run(self):
            runs[job.timeline].setdefault(job.executable, []).append(run)
        if self.examples.recording:
            self._record(*runs)
            return
        gate = self.gates[0]
        [[plain]] = runs[0].values()
        problem = gate.check(self.example, plain)
        version = gate.interpreter.version
        told = (self.example.name, version, problem is None)
        self.user_properties.append((_RUN, told))
        for [watched] in runs[1].values():
            problem = problem or gate.check_timeline(self.example, watched)
        if problem:
            self.fail(problem)

    def fail(self, problem: Problem) -> NoReturn:
        """Fail with a problem's text."""
        if annotations.wanted():
            base = self.examples.settings.base
            text = annotations.annotations(problem, problem.places[:1], base)
            self.user_properties.append((_ANNOTATIONS, "\n".join(text)))
        raise _Failure(problem.text)

    def _record(
        self,
        runs: dict[str, list[Transcript]],
        timelines: dict[str, list[Transcript]],
    ) -> None:
        try:
            done = record(
                self.gates,
                self.example,
                runs,
                timelines=timelines,
                accept_failure=bool(self.config.option.example_accept_failure),
            )
        except RefusedError as error:
            raise _Failure(str(error)) from None
        shown = self.examples.settings.shown
        notes = [f"wrote {shown(path)}" for path in done.written]
        notes += [f"removed {shown(path)}" for path in done.removed]
        if done.written or done.removed:
            notes += [
                f"not run, so left as it was: {shown(old.path)} ({old.label})"
                for old in done.unseen
            ]
        self.user_properties += [(_NOTE, note) for note in notes]

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Name the test by the example."""
        return self.path, 0, f"{self.example.name} [{self.name}]"


# -- Where conf.py does not run ------------------------------------------------------


class _Unreadable(_Collecting):
    """Stands for the examples: one test, which fails, where any of them is collected.

    The other tests of the project are none of its business.

    :param problem: what is wrong with ``conf.py``, over several lines.
    """

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        self.folder = guess_folder(path)
        found = find_examples(self.folder) if self.folder else ()
        self._names = {example.name for example in found}
        # Where no file is known to be an example, none is checked: that is a failure.
        self.met = self.folder is None

    def pytest_report_header(self) -> str:
        """Say why no example is checked."""
        return f"examples: not checked; {self.problem.splitlines()[0]}"

    def collect(
        self, path: Path, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect nothing, and note that there was an example."""
        if self.folder is None or not path.is_relative_to(self.folder):
            return None
        name = path.relative_to(self.folder).as_posix()
        if name not in self._names:
            return None
        self.met = True
        nothing: _Nothing = _Nothing.from_parent(parent, path=file_path)
        return nothing

    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """Add the test that fails."""
        if self.met:
            conf: _Nothing = _Nothing.from_parent(session, path=self.path)
            test: _Settings = _Settings.from_parent(conf, name="settings")
            test.problem = self.problem
            items.append(test)


class _Nothing(pytest.File):
    """A file without tests."""

    def collect(self) -> list[pytest.Item]:
        """No tests."""
        return []


class _Settings(_Test):
    """The settings of the examples, which cannot be read."""

    problem: str

    def runtest(self) -> None:
        """Fail."""
        # An environment may have what the tests need, and not what the docs need.
        cure = f"To leave the examples out: pytest -o {CONFDIR}="
        raise _Failure(f"{self.problem}\n{cure}")

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Name the test by the file."""
        return self.path, 0, self.path.name
