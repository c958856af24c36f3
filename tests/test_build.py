"""Whole builds: what fails them, what they run again, what every builder writes."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sphinx.testing.util import SphinxTestApp

import forked
from conftest import (
    SPHINX,
    Done,
    Project,
    press_ctrl_c,
    processes_in,
    slow,
    slow_but,
    wait_until,
)
from example_output.pages import domain
from example_output.pages.domain import ExampleDomain, version_of

MakeProject = Callable[[str], Project]


@pytest.fixture
def basic(project: MakeProject) -> Project:
    """A copy of the basic root."""
    return project("basic")


def status(done: Done) -> str:
    """The line that says how many examples were run."""
    (line,) = re.findall(r"(?m)^examples: (.*), in \d+\.\d+ s$", done.plain)
    return str(line)


def pages(folder: Path) -> dict[str, bytes]:
    """All files that a builder wrote, except its own state."""
    books = {".buildinfo", "environment.pickle", ".buildinfo.bak"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in books
    }


# -- What fails a build --------------------------------------------------------------

# An editor saves a program and its recording while pages are read.
SAVE = """
def setup(app):
    from pathlib import Path

    def save(app, env, docnames):
        folder = Path(app.confdir, "examples")
        (folder / "hello.py").write_text("print('new')\\n")
        (folder / "hello.out").write_text("$ python hello.py\\nnew\\n")

    app.connect("env-before-read-docs", save)
"""

CHANGES: dict[str, tuple[str, str, Callable[[Project], object]]] = {
    "drift": (
        "index.md:3",
        "-hello\n+salut",
        lambda p: p.replace("examples/hello.py", '"hello"', '"salut"'),
    ),
    "unrecorded": (
        "index.md:3",
        "    hello\n    goodbye",
        lambda p: p.remove("examples/hello.out"),
    ),
    "timeout": (
        "index.md:3",
        "stopped after 1 s; the output so far\n    so far",
        lambda p: p.write(
            "examples/hello.py",
            "# /// script\n# [tool.example-output]\n# timeout = 1\n# ///\n"
            "print('so far')\nwhile True: pass\n",
        ),
    ),
    "limit": (
        "index.md:3",
        "stopped after 1 000 bytes",
        lambda p: (
            p.write("conf.py", p.read("conf.py") + "example_output_limit = 1000\n"),
            p.write("examples/hello.py", "while True: print('x')\n"),
        ),
    ),
    "missing": (
        "index.md:3",
        "there is no example 'hello.py'",
        lambda p: p.remove("examples/hello.py", "examples/hello.out"),
    ),
    "outside": (
        "index.md:3",
        "'../conf.py' leads out",
        lambda p: p.replace("index.md", "hello.py", "../conf.py"),
    ),
    "invalid": (
        "index.md:3",
        "its PEP 723 block cannot be read",
        lambda p: p.write("examples/hello.py", "# /// script\n# oh no\n# ///\n"),
    ),
    "anchor": (
        "index.md:3",
        "on no line",
        lambda p: p.replace("index.md", "hello.py\n", "hello.py\n:emphasize-text: x\n"),
    ),
    "unused": (
        "examples/new.py:1",
        "it is on no page",
        lambda p: (
            p.write("examples/new.py", "pass\n"),
            p.write("examples/new.out", "$ python new.py\n"),
        ),
    ),
    "changed": (
        "index.md:3",
        "it was saved, or removed, during the build",
        lambda p: p.write("conf.py", p.read("conf.py") + SAVE),
    ),
    "orphan": (
        "examples/gone.out:1",
        "a recording without an example",
        lambda p: p.write("examples/gone.out", "$ python gone.py\n"),
    ),
}


def test_drift_that_no_page_shows_is_drift(basic: Project) -> None:
    basic.write("examples/new.py", "print(1)\n")
    basic.write("examples/new.out", "$ python new.py\n2\n")
    conf = basic.read("conf.py")
    basic.write("conf.py", f"{conf}suppress_warnings = ['example_output.unused']\n")
    done = basic.build()
    assert done.status == 1
    assert status(done) == "3 run, 0 unchanged, 1 drifted"
    assert "examples/new.py:1: WARNING: new.py: its output differs" in done.plain


def test_clean_project_builds_without_warnings(basic: Project) -> None:
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert status(done) == "2 run, 0 unchanged, 0 drifted"
    assert "WARNING" not in done.plain


@pytest.mark.parametrize("kind", CHANGES)
def test_each_problem_is_reported_in_place_and_fails_the_build(
    basic: Project, kind: str
) -> None:
    place, words, change = CHANGES[kind]
    change(basic)
    done = basic.build()
    warnings, _, summary = done.plain.partition(" with examples:\n")
    assert re.search(rf"(?m)^\S*{re.escape(place)}: WARNING: ", warnings), done.plain
    assert words in warnings
    assert f"[example_output.{kind}]" in warnings
    assert done.status == 1
    assert "<title>First" in basic.html()  # the site is written all the same
    assert f"  {place}: " in summary


@pytest.mark.parametrize("kind", ["drift", "missing", "unused"])
def test_suppressed_warning_type_does_not_fail_the_build(
    basic: Project, kind: str
) -> None:
    CHANGES[kind][2](basic)
    conf = basic.read("conf.py")
    basic.write("conf.py", f"{conf}suppress_warnings = ['example_output.{kind}']\n")
    done = basic.build("-W")
    assert done.status == 0, done.plain


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_python_on_path_is_not_used(
    basic: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("python", "python3"):
        basic.write(f"bin/{name}", "#!/bin/sh\necho another\n").chmod(0o755)
    monkeypatch.setenv("PATH", str(basic / "bin"), prepend=os.pathsep)
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert basic.pytest().status == 0


ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.skipif(sys.platform == "win32", reason="nothing is forked there")
def test_a_command_in_another_locale_is_not_forked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert forked.can_fork(SPHINX, {})
    monkeypatch.setenv("LC_ALL", "C")
    assert not forked.can_fork(SPHINX, {})


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX locales")
def test_locale_of_the_build_changes_nothing(
    basic: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    basic.replace("examples/hello.py", '"hello"', '"é ☃ 🐍"')
    basic.replace("examples/hello.out", "hello\ngoodbye", "é ☃ 🐍\ngoodbye")
    # Without the last two, Python would take UTF-8 all the same.
    for name, value in ASCII.items():
        monkeypatch.setenv(name, value)
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert "é ☃ 🐍\ngoodbye" in re.sub(r"<[^>]+>", "", basic.html())
    assert basic.pytest().status == 0
    assert "nothing changed" in basic.pytest("--example-record").plain


def test_drifted_project_fails_until_it_is_fixed(
    basic: Project,
) -> None:
    CHANGES["drift"][2](basic)
    for options in (["-W", "--keep-going"], ["-W"], []):
        done = basic.build(*options)
        assert done.status != 0
        assert "-hello\n+salut" in done.plain
    basic.replace("examples/hello.py", '"salut"', '"hello"')
    assert basic.build("-W").status == 0


def test_failed_build_keeps_the_pages_it_read(basic: Project) -> None:
    basic.build()
    CHANGES["drift"][2](basic)
    basic.build()
    done = basic.build()
    assert "0 added, 0 changed" in done.plain
    assert status(done) == "1 run, 1 unchanged, 1 drifted"  # a drifted run is not kept


def test_several_problems_are_listed_together(basic: Project) -> None:
    CHANGES["drift"][2](basic)
    basic.replace("examples/topic/fails.py", "so far,", "thus far,")
    done = basic.build()
    assert "2 problems with examples:" in done.plain
    summary = done.plain.partition("2 problems with examples:")[2].splitlines()
    assert [line.strip() for line in summary if line.strip()][:6] == [
        "index.md:3: hello.py: its output differs from its recording",
        "examples/hello.py:3",
        "examples/hello.out:2",
        "second.md:3: topic/fails.py: its output differs from its recording",
        "examples/topic/fails.py:3",
        "examples/topic/fails.out:2",
    ]


def test_invalid_setting_ends_the_build_with_the_cure(
    basic: Project,
) -> None:
    conf = basic.read("conf.py")
    basic.write("conf.py", f"{conf}example_output_dir = 'nowhere'\n")
    done = basic.build()
    assert done.status == 2
    # It comes first, before the report that Sphinx writes about each error.
    cause = "there is no folder 'nowhere' beside conf.py: create it, or"
    assert f"Configuration error: example_output_dir: {cause}" in done.plain


def test_two_line_conf_is_enough(project: MakeProject) -> None:
    stranger = project("stranger")
    assert stranger.build("-W").status == 0
    assert "goodbye" in re.sub(r"<[^>]+>", "", stranger.html())
    assert stranger.pytest("-q").status == 0


# -- What is run and written again ---------------------------------------------------


def written(done: Done) -> set[str]:
    """The pages that a build wrote, except the one whose toctree lists them all.

    Sphinx writes that one with each of them, since a title on it may have changed.
    """
    found = set(re.findall(r"writing output\.\.\. \[ *\d+%\] (\w+)", done.plain))
    return found - {"index"} if found != {"index"} else found


def changed(project: Project, *options: str) -> tuple[str, set[str]]:
    """Build again, and return the status line and the pages written."""
    done = project.build("-v", *options)
    return status(done), written(done)


@pytest.fixture
def built(basic: Project) -> Project:
    """The basic root, built once."""
    assert basic.build().status == 0
    return basic


UNCHANGED = "0 run, 2 unchanged, 0 drifted"


def test_unchanged_project_runs_and_writes_nothing(built: Project) -> None:
    assert changed(built) == (UNCHANGED, set())


def test_the_version_of_a_domain_changes_with_its_modules(tmp_path: Path) -> None:
    (tmp_path / "nodes.py").write_text("a = 1\n")
    before = version_of(tmp_path)
    (tmp_path / "nodes.py").write_text("a = 2\n")
    assert version_of(tmp_path) != before
    assert ExampleDomain.data_version == version_of(Path(domain.__file__).parent)


def test_pages_of_another_version_are_read_again(
    project: Callable[[str], Project],
    app: Callable[..., SphinxTestApp],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    basic = project("basic")
    app(basic)
    assert "0 added, 0 changed, 0 removed" in app(basic).status.getvalue()
    monkeypatch.setattr(ExampleDomain, "data_version", 1)
    assert "0 added" not in app(basic).status.getvalue()


def test_touched_examples_are_not_run(built: Project) -> None:
    for path in (built / "examples").rglob("*.*"):
        os.utime(path)
    line, _ = changed(built)
    assert line == UNCHANGED


def test_edited_prose_runs_no_example(built: Project) -> None:
    built.replace("second.md", "Between", "In between")
    assert changed(built) == (UNCHANGED, {"second"})


def test_edited_directive_options_run_no_example(built: Project) -> None:
    built.replace("index.md", "hello.py\n", "hello.py\n:linenos:\n")
    assert changed(built) == (UNCHANGED, {"index"})


def test_an_edited_example_runs_alone_and_writes_its_pages(built: Project) -> None:
    built.replace("examples/topic/fails.py", "on purpose.", "intentionally.")
    line, pages = changed(built)
    assert line == "1 run, 1 unchanged, 0 drifted"
    assert pages == {"second"}


def test_pages_without_the_edited_example_are_not_written(basic: Project) -> None:
    shown = "\n```{example-output} hello.py\n```\n"
    basic.write("third.md", basic.read("third.md") + shown)
    basic.build()
    basic.replace("examples/topic/fails.py", "on purpose.", "intentionally.")
    assert written(basic.build("-v")) == {"second"}


def test_edit_with_unchanged_mtime_is_noticed(built: Project) -> None:
    path = built / "examples/topic/fails.py"
    before = path.stat().st_mtime_ns
    built.replace("examples/topic/fails.py", "on purpose.", "intentionally.")
    os.utime(path, ns=(before, before))
    built.build()
    assert "intentionally." in built.html("second")


def test_an_edited_recording_writes_its_pages(built: Project) -> None:
    built.replace("examples/topic/fails.out", "so good", "so bad")
    done = built.build("-v")
    assert done.status == 1
    assert written(done) == {"second"}
    assert "its output differs from its recording" in built.html("second")


def test_edited_module_runs_the_examples_that_import_it(built: Project) -> None:
    built.write("examples/_words.py", "HELLO = 'hello'\n")
    built.replace("examples/hello.py", 'print("hello")', "from _words import HELLO")
    built.replace("examples/hello.py", "\nprint(", "\nprint(HELLO)\nprint(")
    assert changed(built) == ("1 run, 1 unchanged, 0 drifted", {"index"})
    built.write("examples/_words.py", "HELLO = 'hello'  # the same\n")
    assert changed(built)[0] == "1 run, 1 unchanged, 0 drifted"


def test_a_deleted_example_leaves_nothing_stale(built: Project) -> None:
    CHANGES["missing"][2](built)
    assert built.build().status == 1
    assert "goodbye" not in built.html()
    assert "There is no example hello.py to show." in built.html()


def test_a_program_removed_during_a_build_is_a_problem_of_its_own(
    basic: Project,
) -> None:
    conf = basic.read("conf.py")
    # What runs first removes the next.
    basic.write("conf.py", f"{conf}example_output_jobs = 1\n")
    folder = (basic / "examples").as_posix()
    program = basic.read("examples/hello.py")
    removes = f"import os; os.unlink('{folder}/topic/fails.py'); sleep = 'sleep(4)'\n"
    basic.write("examples/hello.py", f"{removes}{program}")
    done = basic.build()
    assert done.status == 1
    assert status(done).startswith("2 run, 0 unchanged, 0 drifted")
    cause = "it, or a file that it needs, was removed before it could be run"
    assert f"topic/fails.py: {cause}" in done.plain


def test_a_download_is_written_only_if_it_is_not_there_yet(built: Project) -> None:
    place = "_build/html/_downloads/examples"
    program = built.read("examples/hello.py")
    assert built.read(f"{place}/hello.py") == program
    before = (built / f"{place}/topic/fails.py").stat()
    built.write(f"{place}/hello.py", "damaged")
    built.build()
    assert built.read(f"{place}/hello.py") == program
    assert (built / f"{place}/topic/fails.py").stat().st_ino == before.st_ino
    # What is no example any more is removed, and is in nobody's way.
    built.remove(f"{place}/hello.py")
    built.write(f"{place}/hello.py/once.py", "")
    assert built.build("-W").status == 0
    assert built.read(f"{place}/hello.py") == program
    # One that cannot be written is no crash.
    shutil.rmtree(built / place)
    built.write(place, "in the way")
    done = built.build("-W")
    assert done.status == 1
    assert "hello.py cannot be written for download: " in done.plain


def test_example_removed_from_its_page_is_reported(built: Project) -> None:
    built.replace("index.md", "```{example} hello.py\n```\n", "")
    done = built.build()
    assert done.status == 1
    assert "hello.py: it is on no page" in done.plain


def test_edit_during_a_run_does_not_corrupt_the_cache(basic: Project) -> None:
    basic.write("conf.py", f"{basic.read('conf.py')}example_output_jobs = 1\n")
    mark = basic / "started.txt"
    slow = f"open({str(mark)!r}, 'w').close()\nimport time\ntime.sleep(1.5)\n"
    # The longest runs first, and alone.
    basic.write("examples/topic/fails.py", f"{slow}print('so far')\n")
    basic.write("examples/topic/fails.out", "$ python fails.py\nso far\n")
    before = basic.read("examples/hello.py"), basic.read("examples/hello.out")
    with subprocess.Popen(
        [*SPHINX, "-q", "-d", "_build/doctrees", ".", "_build/html"],
        cwd=basic.folder,
        stderr=subprocess.DEVNULL,
    ) as build:
        assert wait_until(mark.exists)
        basic.replace("examples/hello.py", '"hello"', '"salut"')
        basic.replace("examples/hello.out", "hello\n", "salut\n")
        build.wait(60)
    basic.write("examples/hello.py", before[0])
    basic.write("examples/hello.out", before[1])
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert "hello\ngoodbye" in re.sub(r"<[^>]+>", "", basic.html())


def test_example_under_two_names_is_one_example(basic: Project) -> None:
    slow = "import time\ntime.sleep(1)\nprint('hello')\nprint('goodbye')\n"
    basic.write("examples/hello.py", slow)
    basic.replace("second.md", "{example} topic/fails.py", "{example} ./hello.py")
    basic.replace("second.md", ":no-output:\n", "")
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert "not run in this build" not in basic.html("second")
    basic.replace("index.md", "```{example} hello.py\n```\n", "")
    basic.replace("examples/hello.out", "goodbye", "farewell")
    assert "[example_output.drift]" in basic.build().plain


def test_missing_start_after_text_fails_every_build(basic: Project) -> None:
    basic.replace("index.md", "hello.py\n", "hello.py\n:start-after: nowhere\n")
    for options in (["-W"], ["-W"], []):
        done = basic.build(*options)
        assert done.status == 1
        assert "[example_output.anchor]" in done.plain


def counting(project: Project) -> Callable[[], int]:
    """Make an example count its runs in a file; return a function that reads it."""
    file = project / "count.txt"
    source = f"with open({str(file)!r}, 'a') as f:\n    f.write('x')\nprint('hello')\n"
    project.write("examples/hello.py", f"{source}print('goodbye')\n")
    return lambda: len(file.read_text()) if file.exists() else 0


def test_a_cache_folder_can_come_from_the_environment(
    basic: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXAMPLE_OUTPUT_CACHE", str(tmp_path / "handed in"))
    basic.build()
    (basic / "_build").rename(tmp_path / "away")
    assert status(basic.build()) == UNCHANGED


@pytest.mark.parametrize("jobs", slow_but("8", of=["1", "2", "8"]))
def test_each_example_runs_once_with_any_number_of_jobs(
    basic: Project, jobs: str
) -> None:
    count = counting(basic)
    assert basic.build("-j", jobs).status == 0
    assert count() == 1


def test_two_builders_in_a_row_run_each_example_once(basic: Project) -> None:
    count = counting(basic)
    assert basic.build(builder="html").status == 0
    assert basic.build(builder="text").status == 0
    assert basic.build(builder="html").status == 0
    assert count() == 1


def test_second_builder_notices_an_edit_seen_by_the_first(built: Project) -> None:
    built.build(builder="text")
    built.replace("examples/topic/fails.py", "on purpose.", "intentionally.")
    built.build(builder="text")
    done = built.build("-v")
    assert written(done) == {"second"}
    assert "intentionally" in built.html("second")


def test_drifted_run_is_repeated(basic: Project) -> None:
    count = counting(basic)
    basic.replace("examples/hello.out", "goodbye", "farewell")
    basic.build()
    basic.build()
    assert count() == 2
    results = (basic / "_build/doctrees/example_output").glob("*.json")
    assert len(list(results)) == 1  # of the other example


def test_cache_folder_can_be_configured(basic: Project, tmp_path: Path) -> None:
    count = counting(basic)
    option = f"-Dexample_output_cache={tmp_path / 'cache'}"
    basic.build(option)
    (basic / "_build").rename(tmp_path / "away")
    assert status(basic.build(option)) == UNCHANGED
    assert count() == 1


def test_parallel_builds_write_the_same_bytes(basic: Project, tmp_path: Path) -> None:
    results = []
    for jobs in ("1", "2", "8"):
        assert basic.build("-j", jobs, "-E", "-a").status == 0
        (basic / "_build" / "html").rename(tmp_path / jobs)
        results.append(pages(tmp_path / jobs))
    assert results[0] == results[1] == results[2]


LATE = "import time\ntime.sleep(2)  # until all pages are read\nprint('late')\n"
WAITS = """
import os, time

end = time.monotonic() + 8
while not os.path.exists({page!r}) and time.monotonic() < end:
    time.sleep(0.05)
print("The other page is", "there" if os.path.exists({page!r}) else "not there")
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_page_is_written_while_the_programs_of_others_run(
    basic: Project, jobs: str
) -> None:
    page = str(basic / "_build" / "html" / "late.html")
    basic.write("examples/late.py", LATE)
    basic.write("examples/late.out", "$ python late.py\nlate\n")
    basic.write("examples/waits.py", WAITS.format(page=page))
    basic.write("examples/waits.out", "$ python waits.py\nThe other page is there\n")
    for name in ("late", "waits"):
        basic.write(f"{name}.md", f"# {name}\n\n```{{example}} {name}.py\n```\n")
    done = basic.build("-j", jobs)
    assert done.status == 0, done.plain


COMPILED = """

def setup(app):
    def tell(app, page, *_):
        names = {name for _, name in app.builder.templates.environment.cache.keys()}
        print(page, {"genindex.html", "search.html"} <= names)

    app.connect("html-page-context", tell)
"""


def test_last_templates_are_compiled_while_programs_run(basic: Project) -> None:
    conf = (basic / "conf.py").read_text("utf-8")
    basic.write("conf.py", conf + COMPILED)
    basic.write("examples/late.py", LATE)
    basic.write("examples/late.out", "$ python late.py\nlate\n")
    basic.write("late.md", "# late\n\n```{example} late.py\n```\n")
    done = basic.build()
    assert "genindex True" in done.plain, done.plain


def test_two_clean_builds_are_the_same_bytes(
    basic: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    results = []
    for name in ("one", "other"):
        assert basic.build().status == 0
        (basic / "_build").rename(tmp_path / name)
        results.append(pages(tmp_path / name / "html"))
    assert results[0] == results[1]


def test_build_removes_expired_results(basic: Project) -> None:
    old = basic.write("_build/doctrees/example_output/old.json", "{}")
    os.utime(old, (0, 0))
    assert basic.build().status == 0
    assert not old.exists()


# -- Why -----------------------------------------------------------------------------


def why(project: Project, name: str = "examples/hello.py") -> str:
    """The answer of ``--why`` for an example."""
    words = [sys.executable, "-m", "example_output", "--why", name]
    done = project.command([*words, "-d", "_build/doctrees", ".", "_build/html"])
    return done.plain.strip()


def test_why_gives_the_reason_for_a_run(basic: Project) -> None:
    assert why(basic) == "hello.py: run: no run of it has passed here yet"
    basic.build()
    nothing = "not run: nothing that can change its output has changed"
    assert why(basic) == f"hello.py: {nothing}"
    assert why(basic, "hello.py") == f"hello.py: {nothing}"
    basic.write("examples/_words.py", "HELLO = 1\n")
    basic.replace("examples/hello.py", '"hello")', '"hello")\nimport _words')
    changed = "run: changed since its last result:"
    assert why(basic) == f"hello.py: {changed} the program, _words.py"
    basic.build()
    basic.write("examples/_words.py", "HELLO = 2\n")
    assert why(basic) == f"hello.py: {changed} _words.py"
    basic.write("examples/hello.py", "# /// script\n# oh no\n# ///\n")
    assert why(basic).startswith("hello.py: not run: its PEP 723 block cannot be read")


def test_why_suggests_a_similar_name(basic: Project) -> None:
    assert "Did you mean hello.py?" in why(basic, "examples/helo.py")


def test_verbose_build_says_why(basic: Project) -> None:
    assert "example hello.py: run: no run of it" in basic.build("-v").plain
    assert "example hello.py: not run: nothing that can" in basic.build("-v").plain


# -- The head start ------------------------------------------------------------------

HEAD_START = [sys.executable, "-m", "example_output", "-n"]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        slow(["--rerun", "fails.py"], 1),
        (["-D", "example_output_rerun=hello.py, topic/*"], 2),
    ],
)
def test_kept_result_is_run_again_on_request(
    built: Project, options: list[str], count: int
) -> None:
    places = ["-d", "_build/doctrees", ".", "_build/html"]
    again = built.command([*HEAD_START, *options, *places])
    assert status(again) == f"{count} run, {2 - count} unchanged, 0 drifted"
    why = built.command([*HEAD_START, "--why", "topic/fails.py", *options, *places])
    assert why.plain == "topic/fails.py: run: example_output_rerun names it\n"
    assert status(built.command([*HEAD_START, *places])).startswith("0 run, 2 unch")


def test_unknown_example_cannot_be_run_again(built: Project) -> None:
    done = built.command([*HEAD_START, "--rerun", "helo.py", ".", "_build/html"])
    assert done.status == 2
    assert (
        "example_output_rerun: no example is called 'helo.py'. Did you mean hello.py?"
    ) in done.plain


def test_a_head_start_makes_the_same_site(built: Project, tmp_path: Path) -> None:
    expected = pages(built / "_build" / "html")
    (built / "_build").rename(tmp_path / "plain")
    starts = counting_starts(built)
    places = ["-d", "_build/doctrees", ".", "_build/html"]
    done = built.command([*HEAD_START, "-W", "-b", "html", *places])
    assert done.status == 0, done.plain
    assert status(done) == "2 run, 0 unchanged, 0 drifted"
    assert pages(built / "_build" / "html") == expected
    assert starts() == 2  # the configuration was read early, and then by Sphinx


def counting_starts(project: Project) -> Callable[[], int]:
    """Make conf.py count its runs in a file; return a function that reads it."""
    file = project / "starts.txt"
    conf = project.read("conf.py")
    project.write("conf.py", f"{conf}\nopen({str(file)!r}, 'a').write('x')\n")
    return lambda: len(file.read_text())


@pytest.mark.parametrize(
    ("options", "conf"),
    [
        (["-D", "example_output_timeout=9"], ""),
        ([], "raise SystemError('once')\n"),
        slow([], "def setup(app):\n    app.config.example_output_timeout = 9\n"),
    ],
    ids=["another setting", "a broken conf.py", "a setting made later"],
)
def test_wrong_head_start_is_discarded(
    basic: Project, options: list[str], conf: str
) -> None:
    basic.write("conf.py", f"{basic.read('conf.py')}\n{conf}")
    places = ["-d", "_build/doctrees", ".", "_build/html"]
    ours = basic.command([*HEAD_START, *options, *places])
    plain = basic.command([*SPHINX, *options, "-E", *places])
    assert ours.status == plain.status
    if conf.startswith("raise"):
        assert "once" in ours.plain
    else:
        assert status(ours) == "2 run, 0 unchanged, 0 drifted"


@pytest.mark.parametrize(
    "words",
    [
        ["--rerun", "examples/hello.py"],
        slow(["-D", "example_output_timeout=9"]),
        slow(["-M", "html"]),
    ],
    ids=lambda words: words[0],
)
def test_build_with_settings_of_its_arguments_starts_nothing_ahead(
    basic: Project, words: list[str]
) -> None:
    code = (
        "import sys, example_output.__main__ as ours; del ours.start;"
        "sys.exit(ours.main(sys.argv[1:]))"
    )
    places = [".", "_build/html"]
    words = [*words, *places] if "-M" in words else [*words, "-b", "html", *places]
    done = basic.command([sys.executable, "-c", code, *words])
    assert done.status == 0, done.plain
    assert status(done) == "2 run, 0 unchanged, 0 drifted"


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--version"], 0),
        slow(["--no-such-option"], 2),
        slow([], 2),
        ([".", "_build/other"], 0),
        (["-d", "_build/doctrees", ".", "_build/html"], 0),
    ],
    ids=["version", "wrong option", "no words", "a cold build", "nothing to run"],
)
def test_unused_head_start_is_ended(
    built: Project, words: list[str], status: int
) -> None:
    done = built.command([sys.executable, "-m", "example_output", *words])
    assert done.status == status, done.plain
    assert done.plain  # what it says at the end is not lost
    assert not list(processes_in(built.folder))


LOOKS = """
import gc
before = gc.get_freeze_count() + 1000
def look(when):
    print(when, gc.get_freeze_count() > before, gc.get_threshold()[0])
def setup(app):
    look("starting")
    app.connect("env-before-read-docs", lambda *_: look("reading"))
"""


def test_head_start_delays_garbage_collection_until_set_up(basic: Project) -> None:
    basic.write("conf.py", basic.read("conf.py") + LOOKS)
    places = ["-d", "_build/doctrees", ".", "_build/html"]
    said = basic.command([*HEAD_START, *places]).plain
    assert "starting False 1000000" in said
    assert "reading True 10000" in said


def test_head_start_has_the_exit_status_of_the_build(basic: Project) -> None:
    basic.replace("examples/hello.py", '"goodbye"', '"farewell"')
    places = ["-d", "_build/doctrees", ".", "_build/html"]
    done = basic.command([*HEAD_START, *places])
    assert done.status == 1
    assert "build finished with problems" in done.plain.splitlines()[-1]


# -- Every builder -------------------------------------------------------------------


def output_of(project: Project, builder: str) -> str:
    """All the text that a builder wrote."""
    folder = project / "_build" / builder
    if builder == "epub":
        with zipfile.ZipFile(next(folder.glob("*.epub"))) as book:
            names = [name for name in book.namelist() if name.endswith(".xhtml")]
            return "".join(book.read(name).decode() for name in names)
    suffixes = {".html", ".txt", ".tex", ".1", ".texi", ".xml", ".pot"}
    files = [p for p in folder.rglob("*") if p.suffix in suffixes]
    return "".join(path.read_text("utf-8") for path in files)


COLORED = """\
import os
if "FORCE_COLOR" in os.environ:
    print("\\x1b[31mred\\x1b[0m")
"""


@pytest.mark.slow
def test_colors_are_recorded_and_shown_if_asked_for(basic: Project) -> None:
    basic.write("examples/hello.py", COLORED)
    basic.write("conf.py", basic.read("conf.py") + "example_output_colors = True\n")
    recorded = basic.pytest("--example-record", "examples/hello.py")
    assert recorded.status == 0, recorded.plain
    assert basic.read("examples/hello.out") == "$ python hello.py\n\x1b[31mred\x1b[0m\n"
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert '<span class=" -Red">red</span>' in basic.html()
    assert basic.build("-W", builder="text").status == 0
    assert "\n   red\n" in basic.read("_build/text/index.txt")
    assert status(basic.build()) == "0 run, 2 unchanged, 0 drifted"
    basic.replace("conf.py", "colors = True", "colors = False")
    assert "2 run, 0 unchanged, 1 drifted" in basic.build().plain


@pytest.mark.parametrize(
    "builder",
    ["html", "dirhtml", "singlehtml", "epub", "text", "latex", "man", "texinfo", "xml"],
)
def test_every_builder_shows_program_and_output(basic: Project, builder: str) -> None:
    done = basic.build("-W", builder=builder)
    assert done.status == 0, done.plain
    text = re.sub(r"<[^>]+>", "", output_of(basic, builder))
    text = text.replace("\\PYG{l+s+s2}", "").replace("\\PYGZdq{}", '"')
    for words in ("goodbye", "so far, so good", "ValueError: on purpose", "hello.py"):
        assert words in text
    assert "Exit status: 1" in text
    # Where there is no link, its words would be dead.
    downloads = builder in {"html", "dirhtml", "singlehtml"}
    assert ("Download" in text) is downloads


def test_epub_pages_are_well_formed(basic: Project) -> None:
    basic.replace("index.md", "hello.py\n", "hello.py\n:lines: 3\n")
    assert basic.build("-W", builder="epub").status == 0
    (book,) = (basic / "_build" / "epub").glob("*.epub")
    with zipfile.ZipFile(book) as files:
        for name in files.namelist():
            if name.endswith(".xhtml"):
                ElementTree.fromstring(files.read(name))


def test_gettext_extracts_prose(basic: Project) -> None:
    assert basic.build("-W", builder="gettext").status == 0
    assert "Between a program" in output_of(basic, "gettext")


ODD = {
    "empty.py": b"",
    "bom.py": b"\xef\xbb\xbfprint('bom')\n",
    "crlf.py": b"print('a')\r\nprint('b' \\\r\n 'c')\r\n",
    "no_line_feed.py": b"print(1)",
    "two words.py": b"print('space')\n1 / 0\n",
    "gr\u00fcn.py": b"print('name')\nraise KeyError\n",
    "nested/hello.py": b"print('another hello')\n",
    "control.py": b"print('a\\x00b\\x1b[1mc\\u2028d\\x0ce\\x85f')\n",
    "long.py": b"print('x' * 5000)\n",
}


@pytest.mark.slow
def test_odd_examples_are_recorded_and_shown(basic: Project) -> None:
    for name, source in ODD.items():
        path = basic / "examples" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(source)
    shown = "\n\n".join(f"```{{example}} {name}\n```" for name in ODD)
    basic.write("third.md", f"# Third\n\n{shown}\n")
    done = basic.pytest("--example-record", "--example-accept-failure")
    assert done.status == 0, done.plain
    assert basic.pytest().status == 0
    done = basic.build("-W")
    assert done.status == 0, done.plain
    text = re.sub(r"<[^>]+>", "", basic.html("third"))
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x80-\x9f]", text)
    assert "python 'two words.py'" in text.replace("&#39;", "'")


def test_output_contains_no_local_paths(basic: Project) -> None:
    show = "import os, sys\nprint(os.getcwd(), __file__, sys.executable, os.__file__)\n"
    show += "print(os.path.expanduser('~'), object())\n"
    basic.write("examples/hello.py", show)
    done = basic.build()
    assert done.status == 1  # it has drifted, of course
    warning = done.plain.partition("--- ")[2].partition("[example_output.drift]")[0]
    assert "<library>/os.py" in warning
    text = basic.html() + warning
    home, temporary = os.path.expanduser("~"), tempfile.gettempdir()
    for place in (str(basic.folder), sys.prefix, home, temporary, "0x"):
        assert place not in text
    assert "&lt;library&gt;/os.py" in basic.html()


# -- Other Pythons -------------------------------------------------------------------


def test_an_example_for_a_newer_python_is_shown_as_recorded(basic: Project) -> None:
    block = '# /// script\n# requires-python = ">=9.1"\n# ///\n'
    basic.write("examples/hello.py", f"{block}print('new')\n")
    basic.write("examples/hello.out", "$ python hello.py\nfrom the future\n")
    done = basic.build("-W")
    assert done.status == 0, done.plain
    assert status(done) == "1 run, 0 unchanged, 0 drifted"
    html = re.sub(r"<[^>]+>", "", basic.html())
    assert "needs Python &gt;=9.1; recorded, not run in this build" in html
    assert "from the future" in html


def test_recordings_of_all_versions_are_shown(basic: Project) -> None:
    basic.write("examples/hello.from-9.1.out", "$ python hello.py\nanother\n")
    done = basic.build("-W")
    assert done.status == 0, done.plain
    html = re.sub(r"<[^>]+>", "", basic.html())
    version = ".".join(map(str, sys.version_info[:3]))
    assert f"Python 9.0 and earlier; here {version}" in html
    assert "Python 9.1 and later; recorded, not run in this build" in html
    assert html.index("goodbye") < html.index("another")


# -- Interrupts ----------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("first", ["", "import asyncio\n"])  # plain, and forked
def test_a_program_that_stops_its_parent_does_not_stop_the_build(
    basic: Project, first: str
) -> None:
    stop = (
        "import os, signal\nos.kill(os.getppid(), signal.SIGSTOP)\nprint('stopped')\n"
    )
    basic.write("examples/hello.py", first + stop)
    basic.write("examples/hello.out", "$ python hello.py\nstopped\n")
    done = basic.build("-q", "-W")
    assert (done.status, done.plain.strip()) == (0, "")
    assert "stopped" in basic.html()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_killed_runner_ends_the_build_with_one_message(basic: Project) -> None:
    good = basic.read("examples/hello.py")
    kill = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"
    basic.write("examples/hello.py", kill)
    done = basic.build("-q")
    assert done.status == 1
    killed = "the process that runs the examples was killed, perhaps because memory ran"
    assert re.fullmatch(
        rf"The examples cannot be run: {killed} out, and \d of \d results are missing: "
        r"[\w/., ]*hello\.py[\w/., ]*",
        done.plain.strip(),
    )
    assert f"hello.py: {killed}" in basic.pytest("examples/hello.py").plain
    basic.write("examples/hello.py", kill.replace("SIGKILL", "SIGTERM"))
    done = basic.pytest("examples/hello.py")
    assert "the process that runs the examples has ended, and 1 of 1" in done.plain
    basic.write("examples/hello.py", good)
    again = basic.build("-q", "-W")
    assert (again.status, again.plain.strip()) == (0, "")
    assert "goodbye" in basic.html()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_interrupt_leaves_no_process_and_no_partial_file(basic: Project) -> None:
    temporary = basic / "temporary"
    temporary.mkdir()
    basic.write("examples/hello.py", "import time\ntime.sleep(600)\n")
    build = subprocess.Popen(
        [*SPHINX, "-q", ".", "_build/html"],
        cwd=basic.folder,
        env={**os.environ, "TMPDIR": str(temporary)},
        start_new_session=True,
        stderr=subprocess.DEVNULL,
    )
    assert wait_until(lambda: any(processes_in(temporary)))
    time.sleep(0.5)  # somewhere in the reading
    press_ctrl_c(build)
    assert build.returncode != 0
    assert wait_until(lambda: not any(processes_in(temporary)))
    assert wait_until(lambda: not any(temporary.iterdir()))
    assert not list((basic / "_build").rglob(".*.json.*"))
    basic.replace("examples/hello.py", "time.sleep(600)", "print('hello')")
    basic.replace("examples/hello.py", "import time", "print('hello')")
    basic.replace("examples/hello.out", "goodbye", "hello")
    assert basic.build("-W").status == 0


def test_cached_result_that_fails_the_gate_is_run_again(built: Project) -> None:
    built.replace("examples/hello.out", "goodbye", "goodbyE")
    done = built.build()
    assert done.status == 1
    assert "examples: 1 run, 1 unchanged, 1 drifted" in done.plain
    built.replace("examples/hello.out", "goodbyE", "goodbye")
    assert built.build().status == 0


def test_unwritable_cache_is_a_warning(basic: Project) -> None:
    # A file in the way, as a folder that cannot be written is.
    basic.write("_build/doctrees/example_output/shown", "")
    done = basic.build()
    assert done.status == 0, done.plain
    assert "WARNING: the results cannot be kept for the next build: " in done.plain
    assert "goodbye" in basic.html()
