"""The examples as tests: collecting, comparing, recording."""

import re
import sys
import venv
from collections.abc import Callable

import pytest

from conftest import Project, version_of

VERSION = ".".join(map(str, sys.version_info[:3]))
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


def test_one_test_for_each_example_its_id_the_path(basic: Project) -> None:
    done = basic.pytest("--collect-only", "-q")
    assert done.status == 0
    assert re.findall(r"(?m)^(\S+::\S+)$", done.plain) == [
        f"examples/hello.py::python{VERSION}",
        f"examples/topic/fails.py::python{VERSION}",
    ]


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_a_clean_project_passes(basic: Project, options: list[str]) -> None:
    done = basic.pytest(*options)
    assert done.status == 0, done.plain
    assert "2 passed" in done.plain


def test_one_example_can_be_chosen_by_its_path(basic: Project) -> None:
    done = basic.pytest("examples/topic/fails.py")
    assert "1 passed" in done.plain, done.plain  # and not imported, which would fail


@pytest.mark.parametrize("options", [[], ["-n", "2"]])
def test_drift_fails_with_the_diff_and_the_cure(
    basic: Project, options: list[str]
) -> None:
    basic.replace(*DRIFT)
    done = basic.pytest(*options)
    assert done.status == 1
    assert "1 failed, 1 passed" in done.plain
    assert "-hello\n+salut" in done.plain
    assert "accept it: pytest --record examples/hello.py" in done.plain
    assert "pytest_plugin.py" not in done.plain  # nobody needs our own frames


def test_a_file_that_cannot_be_an_example_fails(basic: Project) -> None:
    basic.write("examples/hello.py", "# /// script\n# oh no\n# ///\n")
    done = basic.pytest()
    assert "cannot be read" in done.plain
    assert "1 failed, 1 passed" in done.plain


def test_an_example_for_a_newer_python_is_skipped_loudly(basic: Project) -> None:
    block = '# /// script\n# requires-python = ">=9.1"\n# ///\n'
    basic.write("examples/hello.py", block)
    done = basic.pytest("-rs")
    assert done.status == 0
    assert "hello.py needs Python >=9.1" in done.plain


def test_a_project_without_the_setting_collects_nothing(basic: Project) -> None:
    basic.write("pytest.ini", "[pytest]\n")
    assert "no tests ran" in basic.pytest().plain


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--python", "9.99"], "no Python 9.99 was found"),
        (["--rootdir", "examples"], None),
    ],
)
def test_what_cannot_be_used_is_named(
    basic: Project, options: list[str], words: str | None
) -> None:
    if words is None:
        conf = basic.read("conf.py")
        basic.write("conf.py", f"{conf}example_output_timeout = 'long'\n")
        options, words = [], "example_output_timeout = 'long' is not of type"
    done = basic.pytest(*options)
    assert done.status == 4
    assert words in done.plain


def test_a_named_python_is_the_one_that_runs(basic: Project) -> None:
    venv.create(basic / "other", symlinks=True)
    show = "import os, sys\nprint(os.path.basename(sys.prefix))\n"
    basic.write("examples/hello.py", show)
    basic.write("examples/hello.out", "$ python hello.py\nother\n")
    done = basic.pytest(f"--python={basic / 'other' / 'bin' / 'python'}")
    assert done.status == 0, done.plain
    assert f"examples: run on Python {VERSION}" in done.plain


# -- Recording -----------------------------------------------------------------------


def test_recording_writes_only_what_differs(basic: Project) -> None:
    before = recordings(basic)
    before_it = version_of(basic / "examples/topic/fails.out")
    basic.replace(*DRIFT)
    done = basic.pytest("--record")
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
    assert "nothing changed" in basic.pytest("--record").plain


def test_a_first_recording_of_a_failure_must_be_asked_for(basic: Project) -> None:
    before = recordings(basic)
    (basic / "examples/topic/fails.out").unlink()
    done = basic.pytest("--record")
    assert done.status == 1
    assert "it fails, with exit status 1" in done.plain
    assert "examples/topic/fails.out" not in recordings(basic)
    assert basic.pytest("--record", "--accept-failure").status == 0
    assert recordings(basic) == before


def test_workers_tell_what_they_recorded(basic: Project) -> None:
    basic.replace(*DRIFT)
    done = basic.pytest("--record", "-n", "2")
    assert done.status == 0, done.plain
    assert "wrote examples/hello.out" in done.plain


def test_a_folder_that_is_a_link_is_checked(basic: Project) -> None:
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


@pytest.mark.parametrize("source", UNSTABLE.values(), ids=UNSTABLE)
def test_an_unstable_example_is_refused(basic: Project, source: str) -> None:
    before = recordings(basic)
    basic.write("examples/hello.py", source)
    done = basic.pytest("--record")
    assert done.status == 1
    assert "its runs differ" in done.plain
    assert recordings(basic) == before


LOADED = """\
import contextlib
from pathlib import Path

busy = False
for file in Path("/proc").glob("[0-9]*/cmdline"):
    with contextlib.suppress(OSError):
        busy |= b"while os.getppid() == up" in file.read_bytes()
print("busy" if busy else "idle")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc")
def test_examples_are_recorded_on_a_busy_machine(basic: Project) -> None:
    basic.write("examples/hello.py", LOADED)
    done = basic.pytest("--record", "examples/hello.py")
    assert done.status == 0, done.plain
    assert basic.read("examples/hello.out") == "$ python hello.py\nbusy\n"


def test_a_hanging_example_is_refused(basic: Project) -> None:
    before = recordings(basic)
    block = "# /// script\n# [tool.example-output]\n# timeout = 1\n# ///\n"
    basic.write("examples/hello.py", f"{block}while True: pass\n")
    done = basic.pytest("--record")
    assert "stopped after 1 s" in done.plain
    assert recordings(basic) == before


def test_under_ci_recording_writes_nothing_and_compares(basic: Project) -> None:
    before = recordings(basic)
    basic.replace(*DRIFT)
    done = basic.pytest("--record", CI="true")
    assert done.status == 1
    assert "CI is set, so --record writes nothing and compares" in done.plain
    assert "-hello\n+salut" in done.plain
    assert recordings(basic) == before


def test_crlf_is_no_drift_and_is_not_recorded_anew(basic: Project) -> None:
    path = basic / "examples/hello.out"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert basic.pytest().status == 0
    assert "nothing changed" in basic.pytest("--record").plain
