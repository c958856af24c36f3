"""The examples as tests: collecting, comparing, recording."""

import re
import shlex
import sys
import venv
from collections.abc import Callable

import pytest

from conftest import PYTHON, Project, slow, version_of

VERSION = ".".join(map(str, sys.version_info[:3]))
MINOR = "{}.{}".format(*sys.version_info)
DRIFT = ("examples/hello.py", '"hello"', '"salut"')

MakeProject = Callable[[str], Project]


@pytest.fixture
def basic(project: MakeProject) -> Project:
    """A copy of the basic root."""
    return project("basic")


def recordings(project: Project) -> dict[str, str]:
    """All recordings of a project."""
    return {
        path.relative_to(project.folder).as_posix(): path.read_text("utf-8")
        for path in sorted((project / "examples").rglob("*.out"))
    }


def test_each_example_is_one_test_named_by_its_path(basic: Project) -> None:
    done = basic.pytest("--collect-only", "-q")
    assert done.status == 0
    assert re.findall(r"(?m)^(\S+::\S+)$", done.plain) == [
        f"examples/hello.py::python{MINOR}",
        f"examples/topic/fails.py::python{MINOR}",
    ]


def test_patch_release_is_named_where_the_minor_version_is_not_enough(
    basic: Project,
) -> None:
    twice = [f"--example-python={PYTHON}"] * 2
    done = basic.pytest("--collect-only", "-q", "examples/hello.py", *twice)
    assert done.plain.count(f"examples/hello.py::python{VERSION}\n") == 2


def test_examples_have_a_marker(basic: Project) -> None:
    basic.write("t/test_a.py", "def test_a():\n    pass\n")
    options = ["--strict-markers", "-m", "not example", "examples", "t"]
    done = basic.pytest(*options)
    assert done.status == 0, done.plain
    assert "1 passed, 2 deselected" in done.plain
    assert "@pytest.mark.example: runs an example" in basic.pytest("--markers").plain


@pytest.mark.parametrize("options", [[], slow(["-n", "2"])])
def test_a_clean_project_passes(basic: Project, options: list[str]) -> None:
    done = basic.pytest(*options)
    assert done.status == 0, done.plain
    assert "2 passed" in done.plain


def test_one_example_can_be_chosen_by_its_path(basic: Project) -> None:
    done = basic.pytest("examples/topic/fails.py")
    assert "1 passed" in done.plain, done.plain  # and not imported, which would fail


@pytest.mark.parametrize("options", [[], slow(["-n", "2"])])
def test_drift_fails_with_the_diff_and_the_cure(
    basic: Project, options: list[str]
) -> None:
    basic.replace(*DRIFT)
    done = basic.pytest(*options)
    assert done.status == 1
    assert "1 failed, 1 passed" in done.plain
    assert "-hello\n+salut" in done.plain
    assert (
        "accept it: python -m example_output --record examples/hello.py" in done.plain
    )
    assert "pytest_examples.py" not in done.plain  # nobody needs our own frames


def test_invalid_example_fails(basic: Project) -> None:
    basic.write("examples/hello.py", "# /// script\n# oh no\n# ///\n")
    done = basic.pytest()
    assert "cannot be read" in done.plain
    assert "1 failed, 1 passed" in done.plain


def test_example_for_a_newer_python_is_skipped_with_the_reason(basic: Project) -> None:
    block = '# /// script\n# requires-python = ">=9.1"\n# ///\n'
    basic.write("examples/hello.py", block)
    done = basic.pytest("-rs")
    assert done.status == 0
    assert "hello.py: it needs Python >=9.1" in done.plain


# -- Beside others -------------------------------------------------------------------

TAKEN = """\
def pytest_addoption(parser):
    for name in ("record", "accept-failure", "timeline", "python", "matrix"):
        parser.addoption(f"--{name}")
"""
# An import of the plugin, in a Python that has pytest and nothing else of ours.
COST = """\
import sys, pytest
before = set(sys.modules)
import example_output.recording.pytest_plugin
print(sorted(set(sys.modules) - before))
"""
OWN = [
    "example_output",
    "example_output.options",
    "example_output.recording",
    "example_output.recording.pytest_plugin",
]


def test_plugin_is_inactive_without_the_setting(basic: Project) -> None:
    basic.write("pytest.ini", "[pytest]\n")
    basic.write("conftest.py", TAKEN)
    basic.write(
        "t/test_a.py",
        "import sys\n\ndef test_a(pytestconfig):\n"
        "    assert pytestconfig.option.record == 'x'\n"
        "    ours = [n for n in sys.modules if n.startswith('example_output')]\n"
        f"    assert sorted(ours) == {OWN}\n",
    )
    done = basic.pytest("--record", "x")
    assert done.status == 0, done.plain
    assert "1 passed" in done.plain


def test_the_entry_point_imports_nothing_else(basic: Project) -> None:
    done = basic.command([PYTHON, "-c", COST])
    assert done.out.strip() == str(OWN)


READER = """\
import pytest

class Read(pytest.Item):
    def runtest(self):
        pass

class Reader(pytest.File):
    def collect(self):
        yield Read.from_parent(self, name="read")

def pytest_collect_file(file_path, parent):
    if file_path.name == "hello.py":
        return Reader.from_parent(parent, path=file_path)
"""


@pytest.mark.parametrize("names", [["."], ["examples/hello.py", "module.py"]])
def test_no_collector_imports_an_example(basic: Project, names: list[str]) -> None:
    # A run is in a folder of its own.
    mark = "from pathlib import Path\nPath(__file__).with_name('ran').touch()\n"
    basic.write("examples/hello.py", mark + basic.read("examples/hello.py"))
    basic.write("module.py", '"""\n>>> 1 + 1\n2\n"""\n')
    basic.write("conftest.py", READER)
    done = basic.pytest("-v", "--doctest-modules", "-o", "python_files=*.py", *names)
    assert done.status == 0, done.plain
    assert f"examples/hello.py::python{MINOR} PASSED" in done.plain
    # Others go on: a module of the project, and what only reads a file.
    assert "module.py::module PASSED" in done.plain
    assert "examples/hello.py::read PASSED" in done.plain
    assert not (basic / "examples/ran").exists()


def test_recording_nothing_says_why(basic: Project) -> None:
    basic.write("t/test_a.py", "def test_a():\n    pass\n")
    done = basic.pytest("--example-record", "t")
    assert "no example was collected: name examples, or add it to" in done.plain
    unset = basic.pytest("--example-record", "-o", "example_output_confdir=")
    assert "--example-record needs example_output_confdir in pytest's" in unset.plain


# -- A conf.py that fails ------------------------------------------------------------


@pytest.fixture
def broken(basic: Project) -> Project:
    """A project with a test of its own, and a conf.py that cannot be imported here."""
    basic.replace("conf.py", 'project = "basic"', "import no_such_theme")
    basic.write("pytest.ini", "[pytest]\nexample_output_confdir = .\n")
    basic.write("t/test_a.py", "def test_a():\n    pass\n")
    return basic


@pytest.mark.parametrize("options", [[], slow(["-n", "2"]), ["--doctest-modules"]])
def test_broken_conf_is_one_failure_among_other_tests(
    broken: Project, options: list[str]
) -> None:
    done = broken.pytest("t", "examples", *options)
    assert done.status == 1
    assert "1 failed, 1 passed" in done.plain
    assert "INTERNALERROR" not in done.plain
    assert "No module named 'no_such_theme'\nat conf.py:1\nInstall " in done.plain
    assert "To leave the examples out: pytest -o example_output_confdir=" in done.plain
    cured = broken.pytest("t", "-o", "example_output_confdir=")
    assert cured.status == 0
    assert "examples: " not in cured.plain


def test_broken_conf_does_not_fail_other_tests(broken: Project) -> None:
    done = broken.pytest("t")
    assert done.status == 0, done.plain
    assert "1 passed" in done.plain
    assert re.search("examples: not checked; conf.py: .*'no_such_theme'", done.plain)


def test_broken_conf_fails_if_the_examples_folder_is_unknown(broken: Project) -> None:
    conf = broken.read("conf.py")
    broken.write("conf.py", f"{conf}example_output_dir = no_such_theme.folder\n")
    done = broken.pytest("t")
    assert done.status == 1
    assert "1 failed, 1 passed" in done.plain


def test_folder_without_conf_is_reported(basic: Project) -> None:
    basic.write("pytest.ini", "[pytest]\nexample_output_confdir = docs\n")
    done = basic.pytest()
    assert done.status == 4
    assert "example_output_confdir = 'docs' in pytest's settings: there is no" in (
        done.plain
    )


def test_a_recording_that_no_run_is_compared_with_fails(basic: Project) -> None:
    basic.write("examples/gone.out", "$ python gone.py\na lie\n")
    basic.write("examples/hello.from-9.98.out", "$ python hello.py\na lie\n")
    conf = basic.read("conf.py")
    basic.write("conf.py", f"{conf}example_output_pythons = ['3.11', '3.12']\n")
    checked = basic.command([sys.executable, "-m", "example_output", "--check"])
    for done in (basic.pytest(), checked):
        assert done.status == 1
        assert "gone.out: a recording without an example" in done.plain
        lie = "hello.from-9.98.out: it holds on none of example_output_pythons"
        assert lie in done.plain
    assert "2 failed, 2 passed" in basic.pytest().plain
    assert "0 failed, 0 skipped, 2 other problems" in checked.plain
    assert basic.pytest("examples/hello.py").status == 0


def test_a_recording_for_pythons_that_a_program_excludes_fails(basic: Project) -> None:
    # Without example_output_pythons, so any Python may be the one that checks it.
    block = '# /// script\n# requires-python = ">=3.11"\n# ///\n'
    basic.write("examples/hello.py", block + basic.read("examples/hello.py"))
    basic.write("examples/hello.from-3.11.out", basic.read("examples/hello.out"))
    basic.write("examples/hello.from-3.99.out", basic.read("examples/hello.out"))
    basic.write("examples/hello.out", "$ python hello.py\na lie\n")
    built = basic.build("-W", "--keep-going")
    for done in (basic.pytest(), built):
        assert done.status == 1
        assert "hello.out: it holds on no Python on which the example" in done.plain
        assert "from-3" not in done.plain
    assert "recorded, not run in this build" in basic.html()


def test_a_link_that_leads_to_itself_is_no_example(basic: Project) -> None:
    (basic / "examples/loop").symlink_to("loop")
    for path in ("examples/loop", "examples/loop/a.py"):
        assert f"file or directory not found: {path}" in basic.pytest(path).plain
        done = basic.command([sys.executable, "-m", "example_output", "--check", path])
        assert f"{path}: there is no such example" in done.plain
    basic.write("conf.py", basic.read("conf.py") + "example_output_dir = 'loop'\n")
    (basic / "loop").symlink_to("loop")
    assert "there is no folder 'loop'" in basic.pytest().plain


def test_examples_of_another_project_are_not_passed_over_in_silence(
    basic: Project, project: Callable[[str], Project]
) -> None:
    basic.folder.rename(basic.folder.with_name("first"))
    other = project("basic")
    other.write("t/test_a.py", "def test_a():\n    pass\n")
    done = other.pytest("t", "../first/examples/hello.py", "../first/examples/topic")
    assert "1 passed" in done.plain
    # Once for each of the two paths.
    assert done.plain.count("its examples are not checked, because pytest reads") == 2
    assert "first/pytest.ini: call pytest once for each" in done.plain
    assert "not checked" not in other.pytest().plain


# -- Settings and options ------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--example-python", "9.99"], "no Python 9.99 was found"),
        (["--example-axis", "eager"], "example_output_axes in conf.py has []"),
        (["--rootdir", "examples"], None),
    ],
)
def test_invalid_option_or_setting_is_reported(
    basic: Project, options: list[str], words: str | None
) -> None:
    if words is None:
        conf = basic.read("conf.py")
        basic.write("conf.py", f"{conf}example_output_timeout = 'long'\n")
        options, words = [], "example_output_timeout = 'long' is not of type"
    done = basic.pytest(*options)
    assert done.status == 4
    assert words in done.plain


@pytest.mark.parametrize("by", ["command line", "PYTEST_ADDOPTS"])
def test_path_of_a_python_after_a_space_is_refused(basic: Project, by: str) -> None:
    words = ["--example-python", sys.executable]
    if by == "command line":
        done = basic.pytest(*words)
    else:
        done = basic.pytest(PYTEST_ADDOPTS=shlex.join(words))
    assert done.status == 4
    assert f"write --example-python={shlex.quote(sys.executable)}" in done.plain


def test_chosen_python_runs_the_examples(basic: Project) -> None:
    venv.create(basic / "other", symlinks=True)
    show = "import os, sys\nprint(os.path.basename(sys.prefix))\n"
    basic.write("examples/hello.py", show)
    basic.write("examples/hello.out", "$ python hello.py\nother\n")
    done = basic.pytest(f"--example-python={basic / 'other' / 'bin' / 'python'}")
    assert done.status == 0, done.plain
    assert f"examples: run on Python {VERSION}" in done.plain


# -- Recording -----------------------------------------------------------------------


def test_recording_writes_only_what_differs(basic: Project) -> None:
    before = recordings(basic)
    before_it = version_of(basic / "examples/topic/fails.out")
    basic.replace(*DRIFT)
    done = basic.pytest("--example-record")
    assert done.status == 0, done.plain
    assert "wrote examples/hello.out" in done.plain
    assert "fails.out" not in done.plain
    after = recordings(basic)
    assert after == {
        **before,
        "examples/hello.out": "$ python hello.py\nsalut\ngoodbye\n",
    }
    assert version_of(basic / "examples/topic/fails.out") == before_it
    assert basic.pytest().status == 0
    assert "nothing changed" in basic.pytest("--example-record").plain


def test_first_recording_of_a_failure_needs_an_option(basic: Project) -> None:
    before = recordings(basic)
    (basic / "examples/topic/fails.out").unlink()
    done = basic.pytest("--example-record")
    assert done.status == 1
    assert "it fails, with exit status 1" in done.plain
    assert "examples/topic/fails.out" not in recordings(basic)
    assert basic.pytest("--example-record", "--example-accept-failure").status == 0
    assert recordings(basic) == before


FOREIGN = ("examples/hello.out", "Program received signal SIGSEGV\n")


def test_file_of_somebody_else_is_no_recording(basic: Project) -> None:
    basic.write(*FOREIGN)
    basic.write("examples/book.out", "\\BOOKMARK [1][-]{chapter.1}{One}{}% 1\n")
    (basic / "examples/nothing.out").touch()
    message = (
        "examples/hello.out is not a recording, since its first line is not "
        "'$ python hello.py': move it, or rename the example"
    )
    built = basic.build().plain
    assert "hello.py: it has no recording; this run printed" in built
    assert message in built
    assert "book.out" not in built + basic.pytest().plain
    done = basic.pytest("--example-record")
    assert done.status == 1
    assert f"hello.py: {message}" in done.plain
    assert "1 failed, 1 passed" in done.plain
    assert basic.read("examples/hello.out") == FOREIGN[1]


@pytest.mark.slow
def test_recording_warns_once_of_what_git_ignores(basic: Project) -> None:
    basic.command(["git", "init", "-q"])
    basic.write(".gitignore", "*.o\n*.out\n")
    basic.remove("examples/hello.out", "examples/topic/fails.out")
    done = basic.pytest("--example-record", "--example-accept-failure", "-n", "2")
    assert done.plain.count("git ignores") == 1
    assert re.search(
        r"git ignores (\S+\.out) and 1 more, because of \*\.out in \.gitignore:2: "
        r"change that line, or commit with git add --force \1\n",
        done.plain,
    )
    basic.command(["git", "add", "--force", "examples"])
    basic.replace(*DRIFT)
    done = basic.pytest("--example-record")
    assert "wrote examples/hello.out" in done.plain
    assert "git ignores" not in done.plain


@pytest.mark.slow
def test_xdist_workers_report_what_they_recorded(basic: Project) -> None:
    basic.replace(*DRIFT)
    done = basic.pytest("--example-record", "-n", "2")
    assert done.status == 0, done.plain
    assert "wrote examples/hello.out" in done.plain


def test_symlinked_examples_folder_is_checked(basic: Project) -> None:
    (basic / "examples").rename(basic / "real")
    (basic / "examples").symlink_to(basic / "real")
    basic.replace("real/hello.py", '"hello"', '"salut"')
    for words in ([], ["examples/hello.py"]):
        done = basic.pytest(*words)
        assert done.status == 1
        assert "-hello\n+salut" in done.plain


UNSTABLE = {
    "hash seed": "print({'a', 'b', 'c', 'd'})\n",
    "clock": "import time\nprint(time.perf_counter_ns())\n",
    "garbage": (
        "class Node:\n"
        "    def __del__(self):\n        print('collected')\n\n"
        "node = Node()\nnode.itself = node\ndel node\n"
        "kept = [[] for _ in range(100)]\nprint('end')\n"
    ),
    "process": "import os\nprint(os.getpid())\n",
}


def test_unstable_examples_are_refused(basic: Project) -> None:
    before = recordings(basic)
    names = []
    for number, source in enumerate(UNSTABLE.values()):
        names.append(f"unstable_{number}.py")
        basic.write(f"examples/{names[-1]}", source)
    done = basic.pytest("--example-record")
    assert done.status == 1
    for name in names:
        assert re.search(rf"examples/{name}:\d+: its runs disagree", done.plain)
    assert recordings(basic) == before


# Of the process that started it: other tests may keep the machine busy, too.
LOADED = """\
import psutil

beside = psutil.Process().parent().children()
busy = any("while os.getppid() == " in " ".join(p.cmdline()) for p in beside)
print("busy" if busy else "idle")
"""


def test_examples_are_recorded_on_a_busy_machine(basic: Project) -> None:
    basic.write("examples/hello.py", LOADED)
    done = basic.pytest("--example-record", "examples/hello.py")
    assert done.status == 0, done.plain
    assert basic.read("examples/hello.out") == "$ python hello.py\nbusy\n"


def test_a_hanging_example_is_refused(basic: Project) -> None:
    before = recordings(basic)
    block = "# /// script\n# [tool.example-output]\n# timeout = 0.2\n# ///\n"
    basic.write("examples/hello.py", f"{block}while True: pass\n")
    done = basic.pytest("--example-record", "examples/hello.py")
    assert "stopped after 0.2 s" in done.plain
    assert recordings(basic) == before


def test_under_ci_recording_writes_nothing_and_compares(basic: Project) -> None:
    before = recordings(basic)
    basic.replace(*DRIFT)
    done = basic.pytest("--example-record", CI="true")
    assert done.status == 1
    assert "CI is set, so --example-record writes nothing and compares" in done.plain
    assert "-hello\n+salut" in done.plain
    assert recordings(basic) == before


@pytest.mark.slow
def test_crlf_is_no_drift_and_is_not_recorded_anew(basic: Project) -> None:
    path = basic / "examples/hello.out"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert basic.pytest().status == 0
    assert "nothing changed" in basic.pytest("--example-record").plain
