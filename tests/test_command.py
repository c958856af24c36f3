"""``python -m example_output --record`` and ``--check``."""

import builtins
import errno
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sphinx.testing.util import SphinxTestApp

from conftest import Project
from example_output.recording.command import _confdir as conf_folder
from example_output.recording.command import _parser as command_parser
from example_output.recording.command import main
from example_output.running.runs import Runs
from example_output.settings import Settings

COMMAND = [sys.executable, "-m", "example_output"]


@pytest.fixture
def basic(project: Callable[[str], Project]) -> Project:
    return project("basic")


def test_all_examples_are_checked(basic: Project) -> None:
    done = basic.command([*COMMAND, "--check"])
    assert (done.status, done.plain) == (
        0,
        "examples: 2 checked, 0 failed, 0 skipped\n",
    )


def test_a_check_of_nothing_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "conf.py").write_text('extensions = ["example_output"]\n')
    assert main(["--check", "-c", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "there is no example in examples/\n"


def test_a_recording_that_cannot_be_written_is_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system", "examples/.a.out.0123")

    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.py").write_text("print(1)\n")
    (tmp_path / "conf.py").write_text('extensions = ["example_output"]\n')
    monkeypatch.setattr("example_output.recording.recorder.write_atomically", refuse)
    monkeypatch.delenv("CI", raising=False)
    assert main(["--record", "-c", str(tmp_path)]) == 1
    assert capsys.readouterr().out == (
        "a.py: its recording cannot be written: Read-only file system\n\n"
        "examples: 0 recorded, 1 failed, 0 skipped\n"
    )


@pytest.mark.skipif(os.name == "nt", reason="there is no shell")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_closed_stream_changes_no_exit_status(tmp_path: Path, closed: str) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.py").write_text("print(1)\n")
    (tmp_path / "examples" / "a.out").write_text("$ python a.py\n1\n")
    (tmp_path / "conf.py").write_text('extensions = ["example_output"]\n')
    check = f"{shlex.join(COMMAND)} --check -c {shlex.quote(str(tmp_path))} {closed}"
    assert subprocess.run(["sh", "-c", check], check=False).returncode == 0


@pytest.mark.parametrize("name", ["a.out", "a.from-3.12.out", "a.timeline"])
@pytest.mark.parametrize("what", ["--record", "--check"])
def test_a_recording_that_cannot_be_read_is_one_message(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    what: str,
) -> None:
    def read(path: Path) -> bytes:
        if Path(path).name == name:
            raise PermissionError(13, "Permission denied", str(path))
        return Path(path).read_bytes()

    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "a.py").write_text("print(1)\n")
    (folder / "a.out").write_text("$ python a.py\n1\n")
    (folder / name).touch()
    (tmp_path / "conf.py").write_text('extensions = ["example_output"]\n')
    monkeypatch.setattr("example_output.folder.read_file", read)
    monkeypatch.delenv("CI", raising=False)
    assert main([what, "-c", str(tmp_path)]) == 1
    message = f"a.py: its recording examples/{name} cannot be read: Permission denied\n"
    assert capsys.readouterr().out.startswith(message)


@pytest.mark.slow
def test_a_difference_has_the_same_text_as_in_pytest(basic: Project) -> None:
    basic.replace("examples/hello.py", '"hello"', '"salut"')
    done = basic.command([*COMMAND, "--check", "examples"])
    assert done.status == 1
    assert "-hello\n+salut" in done.plain
    text, _, summary = done.plain.partition("\n\n")
    assert text in basic.pytest().plain
    assert summary == "examples: 2 checked, 1 failed, 0 skipped\n"
    cure = "python -m example_output --record examples/hello.py"
    assert text.endswith(f"accept it: {cure}")
    assert basic.command([*COMMAND, *cure.split()[3:]]).status == 0
    assert basic.read("examples/hello.out") == "$ python hello.py\nsalut\ngoodbye\n"
    again = basic.command([*COMMAND, *cure.split()[3:]])
    assert again.plain == "nothing changed\nexamples: 1 recorded, 0 failed, 0 skipped\n"
    basic.replace("examples/hello.py", '"salut"', "__import__('time').time()")
    refused = basic.command([*COMMAND, *cure.split()[3:]])
    assert refused.plain.endswith("examples: 0 recorded, 1 failed, 0 skipped\n")


def test_recording_needs_no_pytest_and_finds_conf_py(
    basic: Project, tmp_path: Path
) -> None:
    outside = tmp_path / "project"
    outside.mkdir()
    basic.folder.rename(outside / "docs")
    (outside / "docs/examples/new.py").write_text("raise SystemExit(3)\n")
    code = "import sys; sys.modules['pytest'] = None; "
    code += "from example_output.__main__ import main; sys.exit(main(sys.argv[1:]))"

    def record(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-c", code, "--record", *words],
            cwd=outside,
            capture_output=True,
            text=True,
            env={k: v for k, v in os.environ.items() if k != "CI"},
        )

    done = record("examples/new.py")  # relative to conf.py
    assert done.returncode == 1
    accept = "--record docs/examples/new.py --accept-failure"
    assert accept in done.stdout
    done = record(*accept.split()[1:])
    assert done.stdout.startswith("wrote docs/examples/new.out\n"), done
    recorded = (outside / "docs/examples/new.out").read_text()
    assert recorded == "$ python new.py\n[exit status: 3]\n"


@pytest.mark.parametrize(
    ("conf", "examples", "here", "shown"),
    [
        ("docs", "docs/examples", ".", "docs/examples"),
        ("docs", "docs/examples", "docs", "examples"),
        ("docs", "docs/examples", "docs/examples", "examples"),
        ("docs/source", "examples", ".", "examples"),
        ("docs/source", "examples", "docs", "../examples"),
        ("docs/source", "examples", "elsewhere", "../../examples"),
    ],
)
def test_paths_in_messages_can_be_typed_where_they_are_read(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    conf: str,
    examples: str,
    here: str,
    shown: str,
) -> None:
    for folder in (conf, examples, here):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(tmp_path / here)
    folder = os.path.relpath(tmp_path / examples, tmp_path / conf)
    settings = Settings.read(tmp_path / conf, {"dir": folder})
    assert settings.shown(settings.folder / "a.py") == f"{shown}/a.py"
    assert settings.shown(Path(shown, "a.py")) == f"{shown}/a.py"


@pytest.mark.parametrize("name", ["hello.py", "_helper.py", "names.txt"])
def test_a_file_that_cannot_be_read_is_one_message(
    basic: Project,
    app: Callable[..., SphinxTestApp],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    block = '# /// script\n# [tool.example-output]\n# files = ["names.txt"]\n# ///\n'
    basic.write("examples/hello.py", f"{block}import _helper\n")
    basic.write("examples/_helper.py", "")
    basic.write("examples/names.txt", "")
    can_access, can_open = os.access, builtins.open

    def refuse(path: Any, *given: Any, **options: Any) -> Any:
        if str(path).endswith(f"examples/{name}"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return can_open(path, *given, **options)

    # A test may run as an administrator, who can read everything.
    monkeypatch.setattr(builtins, "open", refuse)
    monkeypatch.setattr(
        os, "access", lambda p, mode: Path(p).name != name and can_access(p, mode)
    )
    monkeypatch.chdir(basic.folder)
    assert main(["--check"]) == 1
    text = f"hello.py: {name} cannot be read: Permission denied\nat examples/hello.py:1"
    assert text in capsys.readouterr().out
    built = app(basic)
    assert text in built.warning.getvalue()
    assert built.warning.getvalue().count("WARNING") == 1


def test_a_folder_that_cannot_be_listed_is_not_passed_over(
    basic: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    can_scan = os.scandir

    def refuse(path: Any) -> Any:
        if str(path).endswith("topic"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return can_scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    assert main(["--check", "-c", str(basic.folder)]) == 1
    message = f"{basic.folder / 'examples/topic'} cannot be listed: Permission denied"
    assert message in capsys.readouterr().err


def test_an_interrupt_is_one_line(
    basic: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Runs, "result", interrupt)
    monkeypatch.delenv("CI", raising=False)
    for option, done in (
        ("--check", "nothing was written"),
        ("--record", "what was recorded before stays"),
    ):
        assert main([option, "-c", str(basic.folder)]) == 130
        assert capsys.readouterr().err == f"interrupted: {done}\n"


def test_a_link_is_recorded_where_it_leads(basic: Project) -> None:
    kept, link = basic / "kept.txt", basic / "examples/hello.out"
    link.rename(kept)
    link.symlink_to(kept)
    basic.replace("examples/hello.py", '"hello"', '"salut"')
    assert basic.command([*COMMAND, "--record", "hello.py"]).status == 0
    assert link.is_symlink()
    assert kept.read_text() == "$ python hello.py\nsalut\ngoodbye\n"


def test_whoever_reads_may_stop(basic: Project) -> None:
    basic.write("examples/hello.py", "for n in range(900): print(n, 'x' * 100)\n")
    with subprocess.Popen(
        [*COMMAND, "--check"],
        cwd=basic.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as check:
        assert check.stdout
        assert check.stderr
        assert check.stdout.readline()
        check.stdout.close()
        assert check.stderr.read() == ""
    assert check.returncode == 1


@pytest.mark.parametrize(
    ("conf", "here", "words"),
    [
        ("docs", ".", ""),
        ("docs/source", "docs", ""),
        ("a/docs", ".", "-c a/docs "),
        ("docs/source", "examples", "-c ../docs/source "),
        ("my docs/{x}", ".", "-c 'my docs/{x}' "),
    ],
)
def test_commands_in_messages_name_conf_py_where_it_would_not_be_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, conf: str, here: str, words: str
) -> None:
    for folder in (conf, "examples", here):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    (tmp_path / conf / "conf.py").touch()
    (tmp_path / "examples/two words.py").touch()
    monkeypatch.chdir(tmp_path / here)
    folder = os.path.relpath(tmp_path / "examples", tmp_path / conf)
    settings = Settings.read(tmp_path / conf, {"dir": folder})
    path = settings.folder / "two words.py"
    shown = shlex.quote(settings.shown(path))
    command = f"python -m example_output --record {words}{shown}"
    assert settings.accept(path) == command
    known = command_parser().parse_args(shlex.split(command)[3:])
    assert conf_folder(known).resolve() == tmp_path / conf


def test_conf_py_is_found_below_the_folder_that_is_named(
    basic: Project, tmp_path: Path
) -> None:
    (tmp_path / "a").mkdir()
    basic.folder.rename(tmp_path / "a/docs")
    done = Project(tmp_path).command([*COMMAND, "--check", "a"])
    assert done.plain == "examples: 2 checked, 0 failed, 0 skipped\n"


def test_checks_of_an_exercise_are_read(basic: Project) -> None:
    basic.write("examples/hello.checks", "blah 3\n")
    done = basic.command([*COMMAND, "--check"])
    assert done.status == 1
    assert "this is not a check: 'blah 3'\nat examples/hello.checks:1\n" in done.plain
    assert "Write one as in 'prints \"done\"', " in done.plain
    assert "2 checked, 0 failed, 0 skipped, 1 other problem\n" in done.plain


def test_help_begins_with_what_is_ours(basic: Project) -> None:
    done = basic.command([*COMMAND, "--help"])
    ours, theirs = done.plain.index("--record [PATH"), done.plain.index("usage:")
    assert ours < theirs


def test_data_in_a_sibling_folder_keeps_its_place(basic: Project) -> None:
    block = (
        '# /// script\n# [tool.example-output]\n# files = ["../data/*.csv"]\n# ///\n'
    )
    code = "print(open('../data/x.csv').read())\nopen('../data/y.csv')\n"
    basic.write("examples/a/sibling.py", block + code)
    basic.write("examples/data/x.csv", "1,2\n")
    words = ["--record", "--accept-failure", "examples/a"]
    done = basic.command([*COMMAND, *words])
    assert done.status == 0, done.out
    recorded = basic.read("examples/a/sibling.out")
    assert recorded.startswith("$ python sibling.py\n1,2\n")
    assert '  File "sibling.py", line 6, in <module>\n' in recorded
    basic.replace("examples/a/sibling.py", "../data/*", "../../*")
    done = basic.command([*COMMAND, "--check", "examples/a"])
    assert "no data file '../../*.csv' in the examples folder" in done.plain


def test_under_ci_nothing_is_written(basic: Project) -> None:
    basic.replace("examples/hello.py", '"hello"', '"salut"')
    done = basic.command([*COMMAND, "--record"], CI="true", GITHUB_ACTIONS="true")
    assert done.status == 1
    assert done.plain.startswith("CI is set, so --record writes nothing and compares\n")
    assert "::error file=" in done.plain
    assert basic.read("examples/hello.out") == "$ python hello.py\nhello\ngoodbye\n"


def test_what_cannot_be_done_is_said_in_one_line(
    basic: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(basic.folder)
    # Each Python of the machine would be asked for its version.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    monkeypatch.setenv("PYENV_ROOT", str(basic.folder))
    assert main(["--check", "examples/helo.py"]) == 1
    assert "examples/helo.py: there is no such example" in capsys.readouterr().err
    basic.write("examples/_part/help.py", "")
    (basic.folder / "examples/linked.py").symlink_to(basic.folder / "conf.py")
    for path, cause in (
        ("index.md", "it is not in examples/, where the examples are\nName an example"),
        ("examples/_part", "there is no example in this folder"),
        ("examples/_part/help.py", "its folder, begins with _"),
        ("examples/hello.out", "its name does not end in .py or .console"),
        ("examples/linked.py", "'linked.py' is a link that leads out of the examples"),
    ):
        assert main(["--check", path]) == 1
        assert cause in capsys.readouterr().err
    assert main(["--check", "-c", "none"]) == 1
    assert "there is no conf.py in none: name its folder" in capsys.readouterr().err
    assert main(["--check", "--axis", "eager"]) == 1
    assert "example_output_axes in conf.py has []" in capsys.readouterr().err
    assert main(["--check", "--python", "2.1"]) == 1
    assert "no Python 2.1 was found" in capsys.readouterr().err


def test_what_is_not_run_is_skipped(
    basic: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(basic.folder)
    block = "# /// script\n# requires-python = '>=9.1'\n# ///\n"
    basic.write("examples/hello.py", f"{block}print('hello')\n")
    assert main(["--check", "hello.py"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("skipped: hello.py: it needs Python >=9.1\n")
    assert out.endswith("examples: 0 checked, 0 failed, 1 skipped\n")


def test_an_axis_that_is_not_on_this_machine_is_left_out(
    basic: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(basic.folder)
    monkeypatch.delenv("CI", raising=False)
    minor = f"{sys.version_info.major}.{sys.version_info.minor}"
    axes = f"example_output_axes = {{'uvloop': {minor!r}}}\n"
    basic.write("conf.py", basic.read("conf.py") + axes)
    assert main(["--check", "--axis", "uvloop", "hello.py"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("there is no ")
    assert "make matrix installs it, so it is left out\n" in out
    assert out.endswith("examples: 0 checked, 0 failed, 0 skipped\n")
