"""The common base of both ways to collect examples with pytest."""

import os
from abc import ABC, abstractmethod
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pluggy import Result

    from example_output.problems import Problem
    from example_output.running.job import Job


MARKER = "example"
"""The marker of pytest that all our tests have."""


class Failure(Exception):  # noqa: N818  # not an error of the program
    """A problem with an example; its text is the whole report of the test."""


class Collecting(ABC):
    """Collects examples, and keeps other plugins from importing them.

    Importing an example would run it in pytest's own process.  pytest would import it
    for --doctest-modules, or if it is named on the command line.
    """

    @pytest.hookimpl(hookwrapper=True)
    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> "Generator[None, Result[list[pytest.Collector]], None]":
        """Collect an example as ours, and not as a Python module.

        Collectors of linters and type checkers, which only read the file, stay.
        """
        outcome = yield
        # Links to the folder are resolved; a link to an example keeps its own name.
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

        :param path: the file, with links in its folder resolved.
        :param file_path: the file as pytest knows it.
        """


class ExampleTest(pytest.Item):
    """A test whose failure is a text, without a traceback; it has the marker."""

    jobs: "Sequence[Job]" = ()
    """The runs that it needs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_marker(MARKER)

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,
    ) -> Any:
        """Show the problem of the example, without our traceback."""
        if isinstance(excinfo.value, Failure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)


class JudgedFile(pytest.File):
    """A file that is one test, which says what is wrong with the file."""

    test: str
    """The name of the test."""
    title: str
    """What it is about, in reports."""
    problems: "Callable[[], Iterable[Problem]]"

    @classmethod
    def of(
        cls,
        parent: pytest.Collector,
        path: Path,
        test: str,
        title: str,
        problems: "Callable[[], Iterable[Problem]]",
    ) -> "JudgedFile":
        """Collect a file; the parameters are the attributes."""
        made: JudgedFile = cls.from_parent(parent, path=path)
        made.test, made.title, made.problems = test, title, problems
        return made

    def collect(self) -> "Iterator[_Judgement]":
        """The one test."""
        item: _Judgement = _Judgement.from_parent(self, name=self.test)
        item.file = self
        yield item


class _Judgement(ExampleTest):
    """Fails if there is a problem."""

    file: JudgedFile

    def runtest(self) -> None:
        """Say all that is wrong."""
        if problems := list(self.file.problems()):
            raise Failure("\n".join(problem.text for problem in problems))

    def reportinfo(self) -> tuple[os.PathLike[str], int, str]:
        """Name the test by what it is about."""
        return self.path, 0, f"{self.file.title} [{self.name}]"
