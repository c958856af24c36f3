"""What both ways of collecting examples with pytest have in common."""

from abc import ABC, abstractmethod
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pluggy import Result


class Failure(Exception):  # noqa: N818  # not an error of the program
    """What is wrong with an example, as its text alone shows it."""


class Collecting(ABC):
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


class ExampleTest(pytest.Item):
    """A test whose failure is a text of ours."""

    def repr_failure(
        self,
        excinfo: pytest.ExceptionInfo[BaseException],
        style: Any = None,
    ) -> Any:
        """Show what is wrong with the example, not with our code."""
        if isinstance(excinfo.value, Failure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)
