"""Break a project in one place: the build and pytest must report it in one wording."""

import pickle
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOTS, Done, Project, shared

MUTATIONS: dict[str, Callable[[Project], object]] = {
    "a print": lambda p: p.replace("examples/hello.py", '"goodbye"', '"good bye"'),
    "a print removed": lambda p: p.replace("examples/hello.py", 'print("hello")\n', ""),
    "a print added": lambda p: p.replace(
        "examples/hello.py", 'print("hello")\n', 'print("hello")\n' * 2
    ),
    "a blank at the end of a line": lambda p: p.replace(
        "examples/hello.py", '"hello"', '"hello "'
    ),
    "a line feed": lambda p: p.replace(
        "examples/hello.py", '"goodbye"', '"goodbye", end=""'
    ),
    "the other stream in between": lambda p: p.replace(
        "examples/hello.py",
        'print("hello")\n',
        'import sys\nprint("warning", file=sys.stderr)\nprint("hello")\n',
    ),
    "an exit status": lambda p: p.write(
        "examples/hello.py", p.read("examples/hello.py") + "raise SystemExit(3)\n"
    ),
    "an error": lambda p: p.write("examples/hello.py", "print('hello')\n1 / 0\n"),
    "a failure that passes": lambda p: p.replace(
        "examples/topic/fails.py", 'raise ValueError("on purpose")\n', ""
    ),
    "another exception": lambda p: p.replace(
        "examples/topic/fails.py", "raise ValueError", "raise TypeError"
    ),
    "the same exception from another line": lambda p: p.replace(
        "examples/topic/fails.py", "raise ValueError", "\nraise ValueError"
    ),
    "a recorded line": lambda p: p.replace("examples/hello.out", "goodbye", "goodbyE"),
    "a recorded line more": lambda p: p.replace(
        "examples/hello.out", "hello\n", "hello\n\n"
    ),
    "a recorded blank": lambda p: p.replace(
        "examples/hello.out", "goodbye", "goodbye "
    ),
    "a recorded exit status": lambda p: p.replace(
        "examples/topic/fails.out", "[exit status: 1]", "[exit status: 2]"
    ),
    "a recorded command": lambda p: p.replace(
        "examples/hello.out", "$ python hello.py", "$ python3 hello.py"
    ),
    "a recorded line less": lambda p: p.replace("examples/hello.out", "hello\n", ""),
    "two recorded lines the other way round": lambda p: p.replace(
        "examples/hello.out", "hello\ngoodbye\n", "goodbye\nhello\n"
    ),
    "a recorded exit status added": lambda p: p.replace(
        "examples/hello.out", "goodbye\n", "goodbye\n[exit status: 1]\n"
    ),
    "a recorded exit status removed": lambda p: p.replace(
        "examples/topic/fails.out", "[exit status: 1]\n", ""
    ),
    "a recorded line of a traceback": lambda p: p.replace(
        "examples/topic/fails.out", "line 4", "line 5"
    ),
    "another program's recording": lambda p: p.write(
        "examples/hello.out", p.read("examples/topic/fails.out")
    ),
    "an empty program": lambda p: p.write("examples/hello.py", ""),
    "a syntax error": lambda p: p.write("examples/hello.py", "print('hello'\n"),
    "a tab for a blank": lambda p: p.replace(
        "examples/topic/fails.py", "so far, so", "so far,\\tso"
    ),
    "an exception's text": lambda p: p.replace(
        "examples/topic/fails.py", 'on purpose")', 'on  purpose")'
    ),
    "a recording deleted": lambda p: p.remove("examples/hello.out"),
    "a recording emptied": lambda p: p.write("examples/hello.out", ""),
    "its last line feed": lambda p: p.replace(
        "examples/hello.out", "goodbye\n", "goodbye"
    ),
}


def test_there_are_enough_mutations() -> None:
    assert len(MUTATIONS) >= 25


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Done, Done]:
    """A build and a pytest run of one project, which holds all broken copies."""

    def make(folder: Path) -> None:
        (folder / "checked").write_bytes(pickle.dumps(check_all(folder)))

    folder = shared(tmp_path_factory, "mutations", make)
    found: tuple[Done, Done] = pickle.loads((folder / "checked").read_bytes())
    return found


def check_all(folder: Path) -> tuple[Done, Done]:
    """Break the copies and check them, below a folder."""
    whole = Project(folder / "whole")
    shown = []
    for number, mutate in enumerate(MUTATIONS.values()):
        broken = Project(folder / f"broken{number}")
        shutil.copytree(ROOTS / "test-basic", broken.folder)
        mutate(broken)
        shutil.copytree(broken / "examples", whole / f"examples/in_{number}")
        shown += [f"in_{number}/hello.py", f"in_{number}/topic/fails.py"]
    for name in ("conf.py", "pytest.ini"):
        shutil.copy(ROOTS / "test-basic" / name, whole.folder)
    pages = "\n\n".join(f"```{{example}} {name}\n```" for name in shown)
    whole.write("index.md", f"# All\n\n{pages}\n")
    return whole.build(), whole.pytest()


def test_each_mutation_is_one_failure(checked: tuple[Done, Done]) -> None:
    build, test = checked
    assert build.status == test.status == 1
    assert build.plain.count(": WARNING: ") == len(MUTATIONS)
    assert f"{len(MUTATIONS)} failed, {len(MUTATIONS)} passed" in test.plain


def told(done: Done, number: int) -> str:
    """The message about the example, from its name to the cure."""
    text = re.search(
        rf"(?ms)^(?:\S+: WARNING: )?(in_{number}/(?:hello|topic/fails)\.py: "
        r"(?:(?!^\S+: WARNING: ).)*?python -m example_output --record \S+)",
        done.plain,
    )
    assert text is not None, done.plain
    return text[1]


@pytest.mark.parametrize("name", MUTATIONS)
def test_build_and_pytest_report_the_same(
    checked: tuple[Done, Done], name: str
) -> None:
    number = list(MUTATIONS).index(name)
    build, test = (told(done, number) for done in checked)
    assert build == test
    if name != "a recording deleted":
        assert re.search(r"(?m)^@@ .* @@$", build)
        assert re.search(r"(?m)^[-+][^-+]|^[-+]$", build)
