"""Problems as GitHub Actions shows them: at the line of the page and of the example."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from example_output.gate import Problem


def wanted() -> bool:
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
