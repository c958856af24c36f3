"""Which files are examples, and which of them are run."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from conftest import Project
from example_output.example import MissingError
from example_output.folder import Folder
from example_output.settings import Settings, SettingsError, matches

RUN = '# /// script\n# [tool.example-output]\n# run = false\n# ///\nprint("ran")\n'


@pytest.mark.parametrize(
    ("pattern", "name", "found"),
    [
        ("tools", "tools/a.py", True),
        ("tools/", "tools/a.py", True),
        ("tools", "howto/tools/deep/a.py", True),
        ("tools/*", "tools/deep/a.py", True),
        ("howto/tools", "howto/tools/a.py", True),
        ("howto/tools", "other/howto/tools/a.py", False),
        ("conftest.py", "howto/conftest.py", True),
        ("a*.py", "howto/ab.py", True),
        ("tools", "tools.py", False),
        ("ool", "tools/a.py", False),
    ],
)
def test_patterns(pattern: str, name: str, found: bool) -> None:
    assert matches(name, pattern) == found


def folder(tmp_path: Path, *names: str, **values: object) -> Folder:
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        text = "$ python x\n" if name.endswith(".out") else ""
        (tmp_path / name).write_text(text)
    return Folder(Settings.read(tmp_path, {"dir": ".", **values}))


def test_examples_in_several_folders(tmp_path: Path) -> None:
    names = ["conf.py", "howto/examples/a.py", "api/examples/b.py", "api/c.py"]
    include = ["howto/examples", "api/examples"]
    found = folder(tmp_path, *names, include=include)
    assert sorted(found.examples) == ["api/examples/b.py", "howto/examples/a.py"]


def test_recordings_of_what_is_left_out_are_no_orphans(tmp_path: Path) -> None:
    names = ["a.py", "venv/b.py", "venv/b.out", "venv/c.from-3.12.out", "d.out"]
    found = folder(tmp_path, *names, exclude=["venv"])
    assert list(found.examples) == ["a.py"]
    assert [problem.name for problem in found.orphans()] == ["d.out"]


def test_a_pattern_that_includes_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'topics/\\*' matches no file"):
        _ = folder(tmp_path, "topic/a.py", include=["topics/*"]).examples


def test_run_is_one_of_three_words(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match='\'no\' is not "shown", "always" or'):
        folder(tmp_path, run="no")


def test_what_is_left_out_is_neither_run_nor_shown(
    project: Callable[[str], Project],
) -> None:
    root = project("basic")
    root.write("examples/tools/deploy.py", "open('deployed', 'w')\n")
    root.write("examples/conftest.py", "raise SystemExit\n")
    conf = root.read("conf.py")
    root.write("conf.py", f'{conf}example_output_exclude = ["tools", "conftest.py"]\n')
    assert root.build("-W").status == 0
    root.write("third.md", "# Third\n\n```{example} tools/deploy.py\n```\n")
    done = root.build()
    assert done.status == 1
    assert (
        "it is no example, because of example_output_exclude in conf.py" in done.plain
    )
    assert "Change that setting, or show the file with literalinclude" in done.plain


@pytest.fixture
def unrun(project: Callable[[str], Project]) -> Project:
    """A project with an example that declares that it is not run."""
    root = project("basic")
    root.write("examples/unrun.py", RUN)
    root.write("examples/unrun.out", "$ python unrun.py\nrecorded once\n")
    root.write("third.md", "# Third\n\n```{example} unrun.py\n```\n")
    return root


def read(app: SphinxTestApp, page: str) -> str:
    """What a reader sees of a page."""
    return re.sub(r"<[^>]+>", "", Path(app.outdir, f"{page}.html").read_text())


def test_an_example_that_is_not_run_shows_its_recording(
    unrun: Project, app: Callable[..., SphinxTestApp]
) -> None:
    built = app(unrun)
    assert "[example_output" not in built.warning.getvalue()
    assert "2 run, 0 unchanged, 0 drifted, 1 not run" in built.status.getvalue()
    page = read(built, "third")
    assert "recorded once" in page
    assert "recorded, not run in this build" in page
    done = unrun.pytest("-rs", "examples/unrun.py")
    assert "unrun.py: it declares run = false" in done.plain
    assert "1 skipped" in done.plain


def test_a_build_that_runs_nothing_shows_recordings(
    unrun: Project, app: Callable[..., SphinxTestApp]
) -> None:
    unrun.remove("examples/unrun.out")
    needs = '# /// script\n# dependencies = ["no-such-thing"]\n# ///\n'
    unrun.write("examples/hello.py", f"{needs}raise SystemExit('it was run')\n")
    built = app(unrun, confoverrides={"example_output_run": "never"})
    assert "[example_output" not in built.warning.getvalue()
    assert "0 run, 0 unchanged, 0 drifted, 3 not run" in built.status.getvalue()
    page = read(built, "index")
    assert "recorded, not run in this build" in page
    assert "it was run" not in page.partition("$ python hello.py")[2]
    assert "Not run, and not recorded." in read(built, "third")


def test_an_example_for_another_python_needs_a_recording(
    unrun: Project, app: Callable[..., SphinxTestApp]
) -> None:
    # Its page would show the program, and nothing under it.
    block = '# /// script\n# requires-python = ">=9"\n# ///\n'
    unrun.write("examples/unrun.py", f"{block}print(1)\n")
    assert "[example_output" not in app(unrun).warning.getvalue()
    unrun.remove("examples/unrun.out")
    warning = app(unrun).warning.getvalue()
    assert "unrun.py: it has no recording, and it needs Python >=9" in warning
    assert "Record it where it can run: python -m example_output --record" in warning


def test_a_build_that_runs_nothing_needs_recordings(
    unrun: Project, app: Callable[..., SphinxTestApp]
) -> None:
    unrun.remove("examples/hello.out")
    built = app(unrun, confoverrides={"example_output_run": "never"})
    warning = built.warning.getvalue()
    assert 'it has no recording, and example_output_run is "never"' in warning
    assert "Record it: python -m example_output --record -c " in warning
    assert built.statuscode == 1


def test_what_is_neither_shown_nor_recorded_is_not_run(
    project: Callable[[str], Project], app: Callable[..., SphinxTestApp]
) -> None:
    root = project("basic")
    root.write("examples/loose.py", "print('loose')\n")
    root.write("examples/new.py", "print('new')\n")
    root.write("third.md", "# Third\n\n```{example} new.py\n```\n")
    built = app(root)
    counts = "3 run, 0 unchanged, 0 drifted, 1 neither shown nor recorded, 2 with other"
    assert counts in built.status.getvalue()
    warning = built.warning.getvalue()
    assert "new.py: it has no recording; this run printed" in warning
    assert "loose.py: it is on no page" in warning
    assert "new\n" in read(built, "third")
    built = app(root, confoverrides={"example_output_run": "always"})
    assert "2 run, 2 unchanged, 0 drifted, 2 with other" in built.status.getvalue()


def test_a_package_is_recorded_and_shown_as_one_example(
    project: Callable[[str], Project], app: Callable[..., SphinxTestApp]
) -> None:
    root = project("basic")
    root.write("examples/tool/__init__.py", "")
    root.write("examples/tool/words.py", "WORD = 'hello'\n")
    main = "import sys\n\nfrom .words import WORD\n\nprint(WORD, *sys.argv[1:])\n"
    root.write("examples/tool/__main__.py", main)
    root.write("third.md", "# Third\n\n```{example} tool\n```\n")
    conf = root.read("conf.py")
    given = 'example_output_examples = {"tool": {"arguments": ["Ada"]}}\n'
    root.write("conf.py", conf + given)
    done = root.command([sys.executable, "-m", "example_output", "--record"])
    assert done.status == 0, done.out
    assert root.read("examples/tool.out") == "$ python -m tool Ada\nhello Ada\n"
    assert "3 passed" in root.pytest().plain
    built = app(root)
    assert "[example_output" not in built.warning.getvalue()
    page = read(built, "third")
    assert "tool/__main__.py" in page
    assert "hello Ada" in page
    # Whatever is in the package, or in conf.py for it, is part of its key.
    root.replace("examples/tool/words.py", "hello", "salut")
    assert "1 run, 2 unchanged, 1 drifted" in app(root).status.getvalue()
    root.replace("examples/tool/words.py", "salut", "hello")
    root.replace("conf.py", "Ada", "Bob")
    assert "1 run, 2 unchanged, 1 drifted" in app(root).status.getvalue()


def test_a_file_that_is_no_example_says_why(tmp_path: Path) -> None:
    names = ["d.py", "pkg/__init__.py", "pkg/a.py", "_b.py", "c.sh"]
    found = folder(tmp_path, *names)
    for name, cause in (
        ("pkg/a.py", "because it is in a package"),
        ("_b.py", "because its name, or that of its folder, begins with _"),
        ("c.sh", "because its name does not end in .py or .console"),
    ):
        with pytest.raises(MissingError, match=cause) as caught:
            found.find(name)
        cure = found.missing(name, str(caught.value)).cure
        assert cure == "Show the file with literalinclude"
    # As literalinclude takes it.
    assert found.outside("/examples/d.py", "").cure == "Did you mean d.py?"
    assert found.missing("examples/d.py", "").cure == "Did you mean d.py?"
    assert found.outside("../e.py", "").cure == "Move the file into ./"
