"""An example whose lines come in any order declares it, and the page says so."""

import re
from collections.abc import Callable

import pytest

from conftest import Project, version_of
from example_output.transcript import (
    Transcript,
    read_orders,
    read_recording,
    without_order,
    write_orders,
    write_recording,
)

BLOCK = '# /// script\n# [tool.example-output]\n# order = "varies"\n# ///\n'
SHUFFLED = "for word in {'a', 'b', 'c', 'd', 'e'}:\n    print(word)\n"


@pytest.fixture
def basic(project: Callable[[str], Project]) -> Project:
    """The basic root, with an example whose order depends on the hash seed."""
    copy = project("basic")
    copy.write("examples/hello.py", BLOCK + SHUFFLED)
    return copy


def recording(project: Project) -> list[str]:
    return project.read("examples/hello.out").splitlines()


@pytest.mark.parametrize("transcript", [Transcript("b\na\n"), Transcript("b\na", 3)])
def test_a_recording_says_how_many_orders_were_seen(transcript: Transcript) -> None:
    text = write_recording("python x.py", transcript)
    with_orders = write_orders(text, 2, 5)
    assert read_orders(with_orders) == (2, 5)
    assert read_orders(text) is None
    assert read_recording(with_orders, "python x.py") == transcript
    assert without_order(with_orders) == without_order(text)


def test_only_the_order_of_lines_is_ignored() -> None:
    def form(output: str, status: int = 0) -> str:
        return without_order(write_recording("python x.py", Transcript(output, status)))

    assert form("b\na\n") == form("a\nb\n")
    others = [form("a\n"), form("a\nb\nb\n"), form("a\nb \n"), form("a\nb\n", 1)]
    assert form("a\nb\n") not in others
    assert len(set(others)) == len(others)


def test_output_that_looks_like_an_order_mark_is_escaped() -> None:
    printed = Transcript("[order varies: 2 orders in 5 runs]\n")
    text = write_recording("python x.py", printed)
    assert read_orders(text) is None
    assert read_recording(text, "python x.py") == printed


def test_another_order_passes_and_is_not_recorded_again(basic: Project) -> None:
    done = basic.pytest("--example-record")
    assert done.status == 0, done.plain
    lines = recording(basic)
    assert sorted(lines[1:-1]) == ["a", "b", "c", "d", "e"]
    assert re.fullmatch(r"\[order varies: [2-5] orders in 5 runs\]", lines[-1])
    before = version_of(basic / "examples/hello.out")
    assert "nothing changed" in basic.pytest("--example-record").plain
    assert version_of(basic / "examples/hello.out") == before
    basic.write("examples/hello.out", "\n".join([lines[0], *lines[-2:0:-1], lines[-1]]))
    basic.replace("examples/hello.out", lines[-1], f"{lines[-1]}\n")
    assert basic.pytest().status == 0


def test_page_says_that_the_order_varies(basic: Project) -> None:
    basic.pytest("--example-record")
    done = basic.build("-W")
    assert done.status == 0, done.plain
    text = re.sub(r"<[^>]+>", "", basic.html())
    assert re.search(r"The order of these lines may vary: \d orders in 5 runs\.", text)
    assert "\n".join(recording(basic)[1:-1]) in text


def test_changed_line_is_drift(basic: Project) -> None:
    basic.pytest("--example-record")
    basic.replace("examples/hello.py", "'e'", "'f'")
    build, test = basic.build(), basic.pytest()
    assert (build.status, test.status) == (1, 1)
    for done in (build, test):
        assert " d\n-e\n+f\n" in done.plain


def test_more_orders_than_runs_are_a_problem(basic: Project) -> None:
    basic.pytest("--example-record")
    last = recording(basic)[-1]
    basic.replace("examples/hello.out", last, "[order varies: 99 orders in 5 runs]")
    cause = "hello.py: its recording says 99 orders in 5 runs"
    for done in (basic.build(), basic.pytest()):
        assert done.status == 1
        assert cause in done.plain
        assert "examples/hello.out:7" in done.plain


def test_undeclared_varying_order_is_refused_with_the_cure(
    basic: Project,
) -> None:
    basic.write("examples/hello.py", SHUFFLED)
    done = basic.pytest("--example-record")
    assert done.status == 1
    assert 'order = "varies"' in done.plain


def test_varying_lines_are_refused(basic: Project) -> None:
    basic.write("examples/hello.py", f"{BLOCK}{SHUFFLED}print(hash('x'))\n")
    done = basic.pytest("--example-record")
    assert done.status == 1
    assert "its runs disagree" in done.plain
