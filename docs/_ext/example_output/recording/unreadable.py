"""Replace the examples of a project whose ``conf.py`` fails by a failing test."""

import os
from pathlib import Path

import pytest

from example_output.conf_file import guess_folder
from example_output.example import find_examples
from example_output.recording.collecting import Collecting, ExampleTest, Failure
from example_output.recording.pytest_plugin import CONFDIR


class Unreadable(Collecting):
    """Adds one failing test, if any example is collected.

    The other tests of the project run as usual.

    :param problem: what is wrong with ``conf.py``, over several lines.
    """

    def __init__(self, path: Path, problem: str) -> None:
        self.path = path
        self.problem = problem
        self.folder = guess_folder(path)
        found = find_examples(self.folder) if self.folder else ()
        self._names = {example.name for example in found}
        # If the folder is unknown, no example is checked, which is a failure.
        self.met = self.folder is None

    def pytest_report_header(self) -> str:
        """Say that no example is checked, and why."""
        return f"examples: not checked; {self.problem.splitlines()[0]}"

    def collect(
        self, path: Path, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect no tests, but note that there is an example."""
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


class _Settings(ExampleTest):
    """The settings of the examples, which cannot be read."""

    problem: str

    def runtest(self) -> None:
        """Fail."""
        # The environment may lack packages that only the docs need.
        cure = f"To leave the examples out: pytest -o {CONFDIR}="
        raise Failure(f"{self.problem}\n{cure}")

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Name the test by the file."""
        return self.path, 0, self.path.name
