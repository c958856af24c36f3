"""Break a project in one place: the build and pytest must both say so, the same way."""

import re
from collections.abc import Callable

import pytest

from conftest import Done, Project

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


def test_there_are_enough_of_them() -> None:
    assert len(MUTATIONS) >= 25


def told(done: Done) -> str:
    """What is said of the example, from its name to the cure."""
    text = re.search(
        r"(?ms)^(?:\S+: WARNING: )?"
        r"((?:hello|topic/fails)\.py: .*?pytest --example-record \S+)",
        done.plain,
    )
    assert text is not None, done.plain
    return text[1]


@pytest.mark.parametrize("name", MUTATIONS)
def test_both_checks_fail_and_say_the_same(
    project: Callable[[str], Project], name: str
) -> None:
    basic = project("basic")
    MUTATIONS[name](basic)
    build, test = basic.build(), basic.pytest()
    assert build.status == 1
    assert test.status == 1
    assert told(build) == told(test)
    if name != "a recording deleted":
        assert re.search(r"(?m)^@@ .* @@$", told(build))
        assert re.search(r"(?m)^[-+][^-+]|^[-+]$", told(build))
