"""On which Pythons an output was reproduced: the file, what writes it, the bar."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Project, version_of
from example_output.folder import Folder
from example_output.recording.reproduced import NAME, Reproduced
from example_output.settings import Settings

MINOR = ".".join(map(str, sys.version_info[:2]))
FILE = f"examples/{NAME}"


@pytest.fixture
def basic(project: Callable[[str], Project]) -> Project:
    """The basic root, for this Python and one that does not exist."""
    copy = project("basic")
    conf = copy.read("conf.py")
    copy.write("conf.py", f"{conf}example_output_pythons = ['{MINOR}', '9.99']\n")
    return copy


@pytest.fixture
def reproduced(basic: Project) -> Callable[[], Reproduced]:
    """Read the file again."""
    return lambda: Reproduced(Folder(Settings.read(basic.folder, {})))


def test_what_is_noted_is_read_back(reproduced: Callable[[], Reproduced]) -> None:
    first = reproduced()
    example = first.folder.examples["hello.py"]
    assert first.pythons(example) == []
    for version in ("3.12.1", "3.9.0", "3.11.7", "3.12.4"):
        first.note(example, version, same=True)
    assert first.write()
    assert reproduced().pythons(example) == ["3.9", "3.11", "3.12"]
    assert not reproduced().write()  # nothing new


def test_failing_version_is_removed(
    reproduced: Callable[[], Reproduced],
) -> None:
    first = reproduced()
    example = first.folder.examples["hello.py"]
    first.note(example, "3.11.7", same=True)
    first.note(example, "3.12.1", same=True)
    first.note(example, "3.11.8", same=False)
    assert first.pythons(example) == ["3.12"]


@pytest.mark.parametrize(
    ("name", "old", "new", "holds"),
    [
        ("examples/hello.py", "goodbye.", "farewell.", False),
        ("examples/hello.out", "goodbye", "farewell", False),
        ("examples/topic/fails.py", "purpose.", "porpoise.", True),
    ],
)
def test_entry_is_valid_until_program_or_recording_changes(
    basic: Project,
    reproduced: Callable[[], Reproduced],
    name: str,
    old: str,
    new: str,
    holds: bool,
) -> None:
    first = reproduced()
    first.note(first.folder.examples["hello.py"], "3.11.7", same=True)
    first.write()
    basic.replace(name, old, new)
    again = reproduced()
    assert bool(again.pythons(again.folder.examples["hello.py"])) is holds


def test_line_endings_of_a_checkout_change_nothing(
    basic: Project, reproduced: Callable[[], Reproduced]
) -> None:
    first = reproduced()
    first.note(first.folder.examples["hello.py"], "3.11.7", same=True)
    first.write()
    for name in ("hello.py", "hello.out", NAME):
        path: Path = basic / "examples" / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    again = reproduced()
    assert again.pythons(again.folder.examples["hello.py"]) == ["3.11"]
    assert not again.write()


# -- pytest --example-matrix ---------------------------------------------------------


def entries(project: Project) -> dict[str, list[str]]:
    """The versions of each example, whatever their digest."""
    found = json.loads(project.read(FILE))
    return {name: next(iter(entry.values())) for name, entry in found.items()}


def test_matrix_runs_installed_pythons_and_reports_missing_ones(basic: Project) -> None:
    done = basic.pytest("--example-matrix")
    assert done.status == 0, done.plain
    assert "examples: no Python 9.99 was found on this machine, so it is" in done.plain
    assert "not run: no Python 9.99 was found on this machine" in done.plain
    assert f"wrote {FILE}" in done.plain
    assert entries(basic) == {"hello.py": [MINOR], "topic/fails.py": [MINOR]}
    before = version_of(basic / FILE)
    assert basic.pytest("--example-matrix").status == 0
    assert version_of(basic / FILE) == before


def test_matrix_is_written_with_xdist(basic: Project) -> None:
    done = basic.pytest("--example-matrix", "-n", "2")
    assert done.status == 0, done.plain
    assert entries(basic) == {"hello.py": [MINOR], "topic/fails.py": [MINOR]}


def test_drifted_example_is_not_noted(basic: Project) -> None:
    basic.replace("examples/hello.py", '"hello"', '"salut"')
    assert basic.pytest("--example-matrix").status == 1
    assert entries(basic) == {"hello.py": [], "topic/fails.py": [MINOR]}


def test_under_ci_the_matrix_writes_nothing(basic: Project) -> None:
    done = basic.pytest("--example-matrix", CI="true")
    assert done.status == 0
    assert "CI is set, so nothing is written" in done.plain
    assert not (basic / FILE).exists()


def test_runs_without_the_matrix_write_nothing(basic: Project) -> None:
    assert basic.pytest().status == 0
    assert not (basic / FILE).exists()


def test_matrix_without_any_python_is_an_error(basic: Project) -> None:
    basic.replace("conf.py", f"['{MINOR}', '9.99']", "['9.99']")
    done = basic.pytest("--example-matrix")
    assert done.status == 4
    assert (
        "none of example_output_pythons in conf.py, ['9.99'], was found" in done.plain
    )


# -- The bar -------------------------------------------------------------------------


def write(project: Project, *versions: str) -> None:
    """Note that the first example was reproduced on these."""
    settings = Settings.read(project.folder, {})

    noted = Reproduced(Folder(settings))
    for version in versions:
        noted.note(noted.folder.examples["hello.py"], version, same=True)
    noted.write()


def bars(project: Project) -> list[str]:
    """What the bars of the first page say of Pythons."""
    found = re.findall(r'(?s)class="example-python">(.*?)<', project.html())
    return [re.sub(r"<[^>]+>", "", text) for text in found]


def test_bar_names_other_pythons_with_the_same_output(basic: Project) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    basic.build()
    assert bars(basic) == [f"Python {version}"]
    write(basic, MINOR, "9.1", "9.2", "9.3")
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert "examples: 0 run, 2 unchanged" in done.plain
    assert bars(basic) == [f"Python {version}; same on 9.1, 9.2 and 9.3"]


def test_each_recording_has_its_own_pythons(basic: Project) -> None:
    version = ".".join(map(str, sys.version_info[:3]))
    basic.write("examples/hello.from-9.2.out", "$ python hello.py\nanother\n")
    write(basic, MINOR, "9.1", "9.2")
    assert basic.build("-W").status == 0
    assert bars(basic) == [
        f"Python 9.1 and earlier; here {version}; same on 9.1",
        "Python 9.2 and later; recorded, not run in this build; run on 9.2",
    ]


def test_bar_of_drifted_output_names_no_other_pythons(basic: Project) -> None:
    write(basic, MINOR, "9.1")
    basic.replace("examples/hello.py", '"hello"', '"salut"')
    basic.build()
    assert "same on" not in bars(basic)[0]


@pytest.mark.parametrize(
    "content",
    ["[1]", "3", '{"a.py": 3}', '{"a.py": {"x": ["new"]}}', '{"a.py": {"x": 3}}'],
)
def test_malformed_file_is_ignored(basic: Project, content: str) -> None:
    basic.write(f"examples/{NAME}", content)
    reproduced = Reproduced(Folder(Settings.read(basic.folder, {})))
    assert reproduced.entries == {}
    assert basic.build("-W").status == 0
