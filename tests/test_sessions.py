"""Sessions: commands and what they print, recorded and shown as programs are."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from conftest import Project
from example_output.example import Example
from example_output.folder import Folder
from example_output.gate import Gate
from example_output.metadata import ExampleError
from example_output.running.cache import _content_of, key_parts
from example_output.running.fit import check_fit
from example_output.running.interpreter import Interpreter
from example_output.running.job import plan
from example_output.running.runs import Runs
from example_output.settings import Settings
from example_output.startup.session import SessionError, failed, read_session

RECORD = [sys.executable, "-m", "example_output", "--record"]
SESSION = """\
# /// script
# [tool.example-output]
# files = ["hello.py"]
# ///
# The first two share a folder.
$ python -c 'open("new.txt", "w").write("no end")'
$ python -c "print(open('new.txt').read(), end='')"
$ python hello.py

$ python -c 'print(input("Name: "))' \\
>   --unused << END
> Ada
> END
"""
RECORDED = """\
$ python -c 'open("new.txt", "w").write("no end")'
$ python -c "print(open('new.txt').read(), end='')"
no end
$ python hello.py
hello
goodbye
$ python -c 'print(input("Name: "))' \\
>   --unused << END
> Ada
> END
Name: Ada
"""


@pytest.mark.parametrize(
    ("text", "words", "stdin"),
    [
        ("$ a b\n", ["a", "b"], ""),
        ("$ a 'b c' \"d|e\" f\\ g # why\n", ["a", "b c", "d|e", "f g"], ""),
        ("$ a \\\n> b \\\n> c\n", ["a", "b", "c"], ""),
        ("$ a <<END\n> x\n>\n> END\n", ["a"], "x\n\n"),
        ("$ a << 'E'\r\n> x\r\n> E\r\n", ["a"], "x\n"),
        ("$ a 'b << END'\n", ["a", "b << END"], ""),
        ("$ a extra[b] 'x*' '$y' c~\n", ["a", "extra[b]", "x*", "$y", "c~"], ""),
    ],
)
def test_commands_are_read_as_a_shell_reads_them(
    text: str, words: list[str], stdin: str
) -> None:
    [command] = read_session(f"# comment\n\n{text}")
    assert (command.line, command.words, command.stdin) == (3, words, stdin)
    assert command.shown == text.replace("\r", "").rstrip("\n").split("\n")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "it has no command"),
        ("# only\n$\n", 2, r"'\$' is no command"),
        ("$ a\nb\n", 2, "'b' is no command: in a session, commands begin with"),
        ("$ a | b\n", 1, r"'\|' is for a shell"),
        ("$ a\n$ b > c\n", 2, "'>' is for a shell"),
        ("$ a *.txt\n", 1, r"'\*' is for a shell"),
        ('$ a "$b"\n', 1, r"'\$' is for a shell"),
        ("$ a ~/b\n", 1, "'~' is for a shell"),
        ("$ a 'b\n", 1, "cannot be read: No closing quotation"),
        ("$ a \\\n$ b\n", 1, "since the command ends in a backslash"),
        ("$ a << END\n> b\n", 1, "since the command reads until a line '> END'"),
    ],
)
def test_what_cannot_be_run_is_refused(text: str, line: int, message: str) -> None:
    with pytest.raises(SessionError, match=message) as caught:
        read_session(text)
    assert caught.value.line == line


def test_a_failure_is_a_line_of_its_own() -> None:
    assert failed("a\n[exit status 2]\nb\n")
    assert not failed("[exit status 2] is the text\n")


def test_sessions_have_recordings_of_their_own_names(tmp_path: Path) -> None:
    (tmp_path / "new.console").write_text("$ tool new\n> more\n")
    session = Example(tmp_path, "new.console")
    assert session.stem == "new.console"
    with pytest.raises(ExampleError, match="is no command") as caught:
        check_fit(session, {})
    assert caught.value.line == 2
    given = "# /// script\n# [tool.example-output]\n# stdin = 'x'\n# ///\n$ a\n"
    (tmp_path / "given.console").write_text(given)
    with pytest.raises(ExampleError, match="stdin is for programs"):
        check_fit(Example(tmp_path, "given.console"), {})


def test_a_session_without_files_can_be_alone(
    project: Callable[[str], Project],
) -> None:
    basic = project("basic")
    basic.write("examples/only.console", "$ python -c 'print(1)'\n")
    declared = "[tool.example-output]\nalone = true\n"
    basic.write("examples/only.console.example.toml", declared)
    done = basic.command([*RECORD, "examples/only.console"])
    assert done.status == 0, done.plain
    assert basic.read("examples/only.console.out").endswith("\n1\n")


@pytest.mark.parametrize(
    "command",
    [
        "$ greet\n",
        "$ sh -c 'cat x|greet'\n",
        "$ env A=1 greet\n",
        "$ sh << END\n> greet;\n> END\n",
    ],
)
def test_key_covers_the_programs_of_a_session(
    tmp_path: Path,
    interpreter: Interpreter,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
) -> None:
    name = "greet.bat" if os.name == "nt" else "greet"
    program = tmp_path / "bin" / name
    program.parent.mkdir()
    program.write_text("one")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    here = f"$ {program}\n$ sh -c {program}\n"  # also by their paths
    text = f"{command}{here}$ python -V\n$ absent x\n"
    (tmp_path / "a.console").write_text(text)

    def parts() -> dict[str, str]:
        return key_parts(Example(tmp_path, "a.console"), interpreter)

    before = parts()
    assert before.keys() >= {"program greet", "program python", "program absent"}
    assert "program x" not in before
    program.write_text("another")
    changed = {name for name, part in parts().items() if before[name] != part}
    assert changed == {"program greet", f"program {program}"}
    # A command can ask where another one is.
    monkeypatch.setenv("PATH", str(tmp_path / "else"), prepend=os.pathsep)
    changed = {name for name, part in parts().items() if before[name] != part}
    assert "path" in changed


@pytest.mark.skipif(os.name == "nt", reason="there, programs have suffixes")
def test_a_program_beside_the_interpreter_counts_and_not_its_place(
    tmp_path: Path, interpreter: Interpreter
) -> None:
    (tmp_path / "a.console").write_text("$ mytool\n")

    def part(place: str, text: str) -> str:
        beside = tmp_path / place / "bin"
        beside.mkdir(parents=True, exist_ok=True)
        (beside / "mytool").write_text(f"#!{beside}/python\n{text}")
        (beside / "mytool").chmod(0o755)
        there = replace(interpreter, executable=str(beside / "python"))
        _content_of.cache_clear()  # within one tick of the clock
        return key_parts(Example(tmp_path, "a.console"), there)["program mytool"]

    assert part("one", "print(1)") == part("another", "print(1)")
    assert part("one", "print(2)") != part("another", "print(1)")


@pytest.mark.skipif(os.name == "nt", reason="there, a mode does not say it")
def test_a_program_that_cannot_be_read_is_known_by_its_last_change(
    tmp_path: Path, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tool").write_text("#!/bin/sh\n")
    (tmp_path / "tool").chmod(0o711)
    (tmp_path / "a.console").write_text("$ echo tool\n")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    def refuse(path: object) -> bytes:
        raise PermissionError(13, "Permission denied", path)

    session = Example(tmp_path, "a.console")
    _ = session.commands, session.metadata
    monkeypatch.setattr("example_output.running.cache.read_file", refuse)
    before = key_parts(session, interpreter)["program tool"]
    os.utime(tmp_path / "tool", ns=(9, 9))
    assert key_parts(session, interpreter)["program tool"] != before


@pytest.mark.skipif(os.name == "nt", reason="there is no shell")
def test_a_session_starts_a_program_beside_it(
    tmp_path: Path, interpreter: Interpreter
) -> None:
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "tool.sh").write_text("#!/bin/sh\necho started with $1\n")
    (folder / "tool.sh").chmod(0o755)
    block = '# /// script\n# [tool.example-output]\n# files = ["tool.sh"]\n# ///\n'
    (folder / "a.console").write_text(f"{block}$ ./tool.sh this\n$ sh tool.sh it\n")
    gate = Gate(Folder(Settings.read(tmp_path, {})), interpreter.version)
    job = plan(gate, Example(folder, "a.console"), interpreter, "only")
    with Runs([job], at_once=1) as runs:
        result = runs.result("only")
    assert result.output == "started with this\n$ sh tool.sh it\nstarted with it\n"


def test_recorder_check_and_build_agree_on_a_session(
    project: Callable[[str], Project], app: Callable[..., SphinxTestApp]
) -> None:
    root = project("basic")
    root.write("examples/new.console", SESSION)
    quoted = "Type {written}`python hello.py`.\n"
    root.write("third.md", f"# Third\n\n```{{example}} new.console\n```\n\n{quoted}")
    done = root.command([*RECORD, "examples/new.console"])
    assert done.status == 0, done.out
    assert root.read("examples/new.console.out") == RECORDED
    assert root.pytest("examples/new.console").status == 0
    built = app(root)
    assert "[example_output" not in built.warning.getvalue()
    page = BeautifulSoup(Path(built.outdir, "third.html").read_text(), "html.parser")
    [box] = page.select(".example-output")
    assert box.select_one(".example-name").text == "new.console"  # type: ignore[union-attr]
    assert box.select_one("pre").text == RECORDED  # type: ignore[union-attr]
    prompts = [prompt.text for prompt in box.select("pre .gp")]
    assert prompts == ["$ "] * 4 + ["> "]


@pytest.mark.slow
def test_command_that_fails_has_to_be_accepted(
    project: Callable[[str], Project], app: Callable[..., SphinxTestApp]
) -> None:
    root = project("basic")
    root.write("examples/new.console", SESSION)
    root.write("examples/new.console.out", RECORDED)
    root.write("third.md", "# Third\n\n```{example} new.console\n```\n")
    root.replace("examples/new.console", "python hello.py", "python absent.py")
    root.replace("third.md", "console\n", "console\n:lines: 1\n")
    drifted = app(root).warning.getvalue()
    assert "the option 'lines' is for programs, and this is a session" in drifted
    assert "-$ python hello.py\n-hello\n-goodbye\n" in drifted
    assert "+[exit status 2]\n" in drifted
    assert "+++ new.console (this run, " in drifted
    number = SESSION.split("\n").index("$ python hello.py") + 1
    assert f"\nat examples/new.console:{number}, examples/new.console.out:" in drifted
    done = root.command([*RECORD, "examples/new.console"])
    failed = f"examples/new.console:{number}: a command of it fails\n    $ python -c 'o"
    assert failed in done.plain
    done = root.command([*RECORD, "--accept-failure", "examples/new.console"])
    assert done.status == 0, done.out
    assert "\n[exit status 2]\n" in root.read("examples/new.console.out")


def test_programs_of_a_session_have_another_clock_and_are_stopped(
    project: Callable[[str], Project],
) -> None:
    root = project("basic")
    date = "import datetime as d; print(d.date.today())"
    root.write("examples/today.console", f"$ python -c '{date}'\n")
    serve = "import time; print(1); time.sleep(99)"
    declared = '# [tool.example-output]\n# ends = "timeout"\n# timeout = 1'
    block = f"# /// script\n{declared}\n# ///\n"
    root.write("examples/serve.console", f"{block}$ python -c '{serve}'\n$ never\n")
    done = root.command([*RECORD, "examples"])
    assert "it prints a date or a time of day" in done.plain
    stopped = root.read("examples/serve.console.out")
    assert stopped.endswith("'\n1\n[stopped while it was running]\n")
