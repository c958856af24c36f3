"""Requirements for every example of this site."""

import ast
import re
from collections.abc import Callable
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


def breaking(rule: Callable[[Example], bool]) -> list[str]:
    """The examples that do not keep a rule."""
    return [example.name for example in EXAMPLES if not rule(example)]


def is_small(example: Example) -> bool:
    """Whether it fits a phone."""
    lines = example.path.read_text("utf-8").split("\n")
    return (
        lines.pop() == ""  # it ends with a line feed
        and len(lines) <= (100 if example.name.startswith(GROWN) else 40)
        and max(map(len, lines)) <= 72
        and all(line == line.rstrip() for line in lines)
    )


def test_examples_are_small() -> None:
    assert breaking(is_small) == []


def has_one_line_docstring(example: Example) -> bool:
    """Whether it says in one sentence what it shows."""
    docstring = ast.get_docstring(ast.parse(example.source)) or ""
    return re.fullmatch(r"[A-Z][^\n]*\.", docstring) is not None


def test_examples_have_a_one_line_docstring() -> None:
    assert breaking(has_one_line_docstring) == []


def test_examples_have_a_recording() -> None:
    assert breaking(lambda example: example.path.with_suffix(".out").is_file()) == []


def test_examples_of_the_tutorial_define_task_coroutine() -> None:
    tutorial = [e for e in EXAMPLES if e.name.startswith("tutorial/")]
    assert tutorial
    for example in tutorial:
        names = {
            node.name
            for node in ast.walk(ast.parse(example.source))
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        }
        assert "task_coroutine" in names, example.name


def names_no_machine(example: Example) -> bool:
    """Whether its recordings have neither addresses nor paths of a machine."""
    stem = example.path.stem
    texts = [
        path.read_text("utf-8")
        for path in example.path.parent.glob(f"{stem}*.out")
        # Not another example's, whose name begins the same.
        if path.name.partition(".")[0] == stem
    ]
    return all(
        text.startswith(f"$ python {example.path.name}\n")
        and not re.search(r"0x[0-9a-f]{4,}|/home/|/tmp/|/usr/|[A-Z]:\\", text)
        for text in texts
    )


def test_recordings_name_no_machine() -> None:
    assert breaking(names_no_machine) == []


def test_a_broken_rule_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("no_docstring = True\n" * 41)
    path.with_suffix(".out").write_text("$ python a.py\n<A at 0x7f12>\n")
    (example,) = find_examples(tmp_path)
    for rule in (is_small, has_one_line_docstring, names_no_machine):
        assert not rule(example)


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
