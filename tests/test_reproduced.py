"""On what an output was reproduced: the file, what writes it, the strip."""

import dataclasses
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import REPOSITORY, Project, version_of
from example_output.conf_file import read_settings
from example_output.folder import Folder
from example_output.pages.strip import change
from example_output.recording.reproduced import NAME, Reproduced
from example_output.settings import Settings
from example_output.transcript import Transcript

MINOR = ".".join(map(str, sys.version_info[:2]))
FILE = f"examples/{NAME}"


@pytest.fixture
def basic(project: Callable[[str], Project]) -> Project:
    """The basic root, for this Python and one that does not exist."""
    copy = project("basic")
    conf = copy.read("conf.py")
    copy.write("conf.py", f"{conf}example_output_pythons = {[MINOR, '9.98', '9.99']}\n")
    return copy


@pytest.fixture
def reproduced(basic: Project) -> Callable[[], Reproduced]:
    """Read the file again."""
    pythons = {"pythons": ["3.9", "3.11", "3.12"]}
    return lambda: Reproduced(Folder(Settings.read(basic.folder, pythons)))


def test_what_is_noted_is_read_back(reproduced: Callable[[], Reproduced]) -> None:
    first = reproduced()
    example = first.folder.examples["hello.py"]
    assert first.pythons(example) == []
    for cell in ("3.12", "3.9", "3.11"):
        first.note(example, cell)
    assert first.write()
    assert reproduced().pythons(example) == ["3.9", "3.11", "3.12"]
    assert not reproduced().write()  # nothing new


def test_failing_version_is_removed(
    reproduced: Callable[[], Reproduced],
) -> None:
    first = reproduced()
    example = first.folder.examples["hello.py"]
    first.note(example, "3.11")
    first.note(example, "3.12")
    first.note(example, "3.11", None)
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
    first.note(first.folder.examples["hello.py"], "3.11")
    first.write()
    basic.replace(name, old, new)
    again = reproduced()
    assert bool(again.pythons(again.folder.examples["hello.py"])) is holds


def test_line_endings_of_a_checkout_change_nothing(
    basic: Project, reproduced: Callable[[], Reproduced]
) -> None:
    first = reproduced()
    first.note(first.folder.examples["hello.py"], "3.11")
    first.write()
    for name in ("hello.py", "hello.out", NAME):
        path: Path = basic / "examples" / name
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    again = reproduced()
    assert again.pythons(again.folder.examples["hello.py"]) == ["3.11"]
    assert not again.write()


# -- The evidence of this project -----------------------------------------------------


def unproven(settings: Settings) -> list[str]:
    """The cells of its examples without a run or a reason, with the page of each."""
    pages = {
        path: path.read_text("utf-8") for path in (REPOSITORY / "docs").rglob("*.md")
    }
    reproduced = Reproduced(Folder(settings))
    found = []
    for name, example in reproduced.folder.examples.items():
        shown = re.compile(rf"{{example[a-z-]*}} {re.escape(name)}$", re.MULTILINE)
        page = next((str(p) for p, text in pages.items() if shown.search(text)), "")
        found += [
            f"{page}: {name}: no run on {cell} proves what is recorded: make matrix"
            for cell in reproduced.missing(example)
        ]
    return found


def test_every_example_has_a_run_or_a_reason_on_each_python_and_axis() -> None:
    assert "\n".join(unproven(read_settings(REPOSITORY))) == ""


def test_changed_recording_names_page_program_and_python(tmp_path: Path) -> None:
    settings = read_settings(REPOSITORY)
    copy = tmp_path / "examples"
    shutil.copytree(settings.folder, copy)
    settings = dataclasses.replace(settings, folder=copy)
    path = copy / "errors" / "with_group.from-3.14.out"
    path.write_text(
        path.read_text("utf-8").replace("protocol", "protocols", 1), "utf-8"
    )
    (copy / "errors" / "too_early.eager.out").write_text("$ python too_early.py\n")
    found = unproven(settings)
    for line, python in zip(found, ("eager", "3.14", "3.15"), strict=True):
        early = ("errors-waiting", "too_early.py")
        page, program = (
            early if python == "eager" else ("errors-groups", "with_group.py")
        )
        place = f"reference/{page}.md: errors/{program}: no run on {python} proves"
        assert place in line


# -- pytest --example-matrix ---------------------------------------------------------


def entries(project: Project) -> dict[str, list[str]]:
    """The cells of each example, whatever their digest."""
    found = json.loads(project.read(FILE))
    return {name: list(entry) for name, entry in found.items()}


@pytest.mark.slow
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


@pytest.mark.slow
def test_matrix_is_written_with_xdist(basic: Project) -> None:
    done = basic.pytest("--example-matrix", "-n", "2")
    assert done.status == 0, done.plain
    assert entries(basic) == {"hello.py": [MINOR], "topic/fails.py": [MINOR]}


def test_drifted_example_is_not_noted(basic: Project) -> None:
    basic.replace("examples/hello.py", '"hello"', '"salut"')
    assert basic.pytest("--example-matrix").status == 1
    assert entries(basic) == {"topic/fails.py": [MINOR]}


def test_under_ci_the_matrix_writes_nothing(basic: Project) -> None:
    done = basic.pytest("--example-matrix", CI="true")
    assert done.status == 0
    assert "CI is set, so nothing is written" in done.plain
    assert not (basic / FILE).exists()


def test_a_matrix_that_cannot_be_written_is_one_message(basic: Project) -> None:
    (basic / FILE).mkdir()  # as in a folder that is read-only
    done = basic.pytest("--example-matrix")
    assert done.status == 1
    assert f"\n{FILE} cannot be written: " in done.plain
    assert "Traceback" not in done.out
    assert " passed" in done.plain


def test_runs_without_the_matrix_write_nothing(basic: Project) -> None:
    assert basic.pytest().status == 0
    assert not (basic / FILE).exists()


def test_matrix_without_any_python_is_an_error(basic: Project) -> None:
    basic.replace("conf.py", f"{[MINOR, '9.98', '9.99']}", "['9.99']")
    done = basic.pytest("--example-matrix")
    assert done.status == 4
    assert (
        "none of example_output_pythons in conf.py, ['9.99'], was found" in done.plain
    )


# -- The strip -----------------------------------------------------------------------

AXES = "example_output_axes = {'uvloop': '9.98', 'eager': '9.98'}\n"


def write(project: Project, *cells: str, **reasons: str) -> None:
    """Note that the first example was reproduced on these."""
    noted = Reproduced(Folder(read_settings(project.folder)))
    example = noted.folder.examples["hello.py"]
    for cell in cells:
        noted.note(example, cell)
    for cell, reason in reasons.items():
        noted.note(example, cell, reason)
    noted.write()


def strips(project: Project) -> list[str]:
    """What the strips of the first page say, each as words."""
    found = re.findall(r'(?s)class="example-strip".*?>(.*?)</ul>', project.html())
    return [re.sub(r"<[^>]+>", "", text.replace("</li>", "; ")) for text in found]


def test_strip_says_on_what_the_output_was_reproduced(basic: Project) -> None:
    basic.write("conf.py", basic.read("conf.py") + AXES)
    basic.build()
    tried = f"{MINOR} STATE; 9.98 STATE; 9.99 STATE; uvloop STATE; eager STATE; "
    assert strips(basic)[0] == tried.replace("STATE", "not tried yet")
    write(basic, MINOR, "9.98", "9.99", "uvloop", "eager")
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert "examples: 0 run, 2 unchanged" in done.plain
    assert strips(basic)[0] == tried.replace("STATE", "same")
    # The bar says nothing more.
    assert 'class="example-python"' not in basic.html()


def test_reason_is_beside_the_strip(basic: Project) -> None:
    write(basic, MINOR, **{"9.98": "it starts a thread", "9.99": "it starts a thread"})
    assert basic.build("-W").status == 0
    assert strips(basic)[0] == f"{MINOR} same; 9.98 not run; 9.99 not run; "
    assert "Not run on Python 9.98 and 9.99: it starts a thread." in basic.html()


def test_cell_that_differs_leads_to_its_output(basic: Project) -> None:
    basic.write("conf.py", basic.read("conf.py") + AXES)
    basic.write("examples/hello.from-9.99.out", "$ python hello.py\nanother\n")
    usual = basic.read("examples/hello.out")
    basic.write("examples/hello.eager.out", f"{usual}one more\n")
    write(basic, MINOR, "9.98", "9.99", "uvloop", "eager")
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert strips(basic)[0].endswith("9.99 differs; uvloop same; eager differs; ")
    page = basic.html()
    for cell, text in (("9-99", "another"), ("eager", "one more")):
        place = f"output-hello-{cell}"
        assert page.count(f'href="#{place}"') == 1
        assert text in page.partition(f'id="{place}"')[2].partition("</pre>")[0]
    assert "With eager tasks, tried on Python 9.98: 1 more line." in page
    assert re.search(r"<details open[^>]* id=.output-hello-eager", page)


def test_other_formats_say_it_in_words(basic: Project) -> None:
    basic.write("conf.py", basic.read("conf.py") + AXES)
    write(basic, MINOR, "eager")
    assert basic.build(builder="text").status == 0
    text = " ".join(basic.read("_build/text/index.txt").split())
    assert f"Printed on Python {MINOR} and eager tasks." in text
    assert "Not tried yet on Python 9.98, 9.99 and uvloop." in text


def test_drifted_output_has_no_strip(basic: Project) -> None:
    write(basic, MINOR, "9.98")
    basic.replace("examples/hello.py", '"hello"', '"salut"')
    basic.build()
    assert strips(basic) == []


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("a\nb\n", "b\na\n", "the same lines in another order."),
        ("a\n", "a\nb\n", "1 more line."),
        ("a\nb\nc\n", "a\n", "2 lines fewer."),
        ("a\n", "b\n", "other lines."),
    ],
)
def test_change_in_words(before: str, after: str, words: str) -> None:
    assert change(Transcript(before), Transcript(after)) == words
    failed = f"{words.removesuffix('.')}, and it fails."
    if before.split() != sorted(after.split()):
        assert change(Transcript(before), Transcript(after, 1)) == failed


@pytest.mark.parametrize(
    "content",
    [
        "[1]",
        "3",
        '{"a.py": 3}',
        '{"a.py": {"x": ["new"]}}',
        '{"a.py": {"x": 3}}',
        '{"a.py": {"x": [1, 2]}}',
    ],
)
def test_malformed_file_is_ignored(basic: Project, content: str) -> None:
    basic.write(f"examples/{NAME}", content)
    reproduced = Reproduced(Folder(Settings.read(basic.folder, {})))
    assert reproduced.entries == {}


def test_malformed_file_stops_no_build(basic: Project) -> None:
    basic.write(f"examples/{NAME}", "[1]")
    assert basic.build("-W").status == 0
