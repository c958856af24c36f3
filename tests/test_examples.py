"""Requirements for every example of this site."""

import ast
import re
from pathlib import Path

import pytest

from conftest import REPOSITORY
from example_output.example import Example, find_examples
from example_output.exercise import RIGHT, WRONG

EXAMPLES = find_examples(REPOSITORY / "examples")
WORKED = {
    "create_task": ["main coroutine started", "executing the task"],
    "create_many_tasks": [
        "main coroutine started",
        *(f">executing the task {number}" for number in range(20)),
    ],
    "ensure_future": ["main coroutine started", "executing the task"],
    "loop_create_task": ["main coroutine started", "executing the task"],
}


# Programs that grow on one page, step by step, where each step shows what is new.
GROWN = ("from_scratch/", "supervisor/")


def test_there_are_examples() -> None:
    assert len(EXAMPLES) >= 15


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
class TestExample:
    """One idea, small enough for a phone, and with a recording."""

    def test_it_is_small(self, example: Example) -> None:
        lines = example.path.read_text("utf-8").split("\n")
        assert lines.pop() == ""  # it ends with a line feed
        assert len(lines) <= (100 if example.name.startswith(GROWN) else 40)
        assert max(map(len, lines)) <= 72
        assert [line for line in lines if line != line.rstrip()] == []

    def test_it_has_a_one_line_docstring(self, example: Example) -> None:
        docstring = ast.get_docstring(ast.parse(example.source))
        assert docstring is not None
        assert re.fullmatch(r"[A-Z][^\n]*\.", docstring)

    def test_it_has_a_recording(self, example: Example) -> None:
        assert example.path.with_suffix(".out").is_file()

    def test_in_the_tutorial_it_defines_task_coroutine(self, example: Example) -> None:
        names = {
            node.name
            for node in ast.walk(ast.parse(example.source))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        assert "task_coroutine" in names or not example.name.startswith("tutorial/")

    def test_its_recordings_contain_no_local_paths(self, example: Example) -> None:
        stem = example.path.stem
        for path in example.path.parent.glob(f"{stem}*.out"):
            if path.name.partition(".")[0] != stem:
                continue  # another example's, whose name begins the same
            text = path.read_text("utf-8")
            assert text.startswith(f"$ python {example.path.name}\n")
            assert not re.search(r"0x[0-9a-f]{4,}|/home/|/tmp/|/usr/|[A-Z]:\\", text)


def recording(name: str, since: str = "") -> list[str]:
    """The lines of a recording under its command."""
    path = REPOSITORY / "examples" / "tutorial" / f"{name}{since}.out"
    return path.read_text("utf-8").splitlines()[1:]


@pytest.mark.parametrize("name", WORKED)
def test_worked_programs_print_exactly_this(name: str) -> None:
    assert recording(name) == [*WORKED[name], "main coroutine done"]


@pytest.mark.parametrize(
    ("since", "start"), [("", "sys:1: "), (".from-3.13", "<sys>:0: ")]
)
def test_the_first_error_is_exactly_this(since: str, start: str) -> None:
    lines = recording("outside_coroutine", since)
    assert lines[:3] == [
        "main coroutine started",
        "main coroutine done",
        "Traceback (most recent call last):",
    ]
    assert lines[-3:] == [
        "RuntimeError: no running event loop",
        f"{start}RuntimeWarning: coroutine 'task_coroutine' was never awaited",
        "[exit status: 1]",
    ]


def test_the_second_error_is_exactly_this() -> None:
    lines = recording("from_function")
    assert lines[:3] == [
        "main coroutine started",
        "executing the task",
        "Traceback (most recent call last):",
    ]
    assert lines[-2:] == [
        "TypeError: a coroutine was expected, got None",
        "[exit status: 1]",
    ]


def test_every_python_file_is_an_example_or_imported_by_one() -> None:
    files = set(Path(REPOSITORY / "examples").rglob("*.py"))
    # What is right or wrong in an exercise: tests/test_exercise.py.
    files -= {path for path in files if path.parent.suffix in (RIGHT, WRONG)}
    found = {example.path for example in EXAMPLES}
    found |= {path for example in EXAMPLES for path in example.modules}
    assert files == found
