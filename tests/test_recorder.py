"""What may be recorded, and which files recording writes."""

import calendar
import getpass
import mmap
import os
import platform
import shutil
import sqlite3
import ssl
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import Mock

import psutil
import pytest
from packaging.version import Version

from conftest import version_of
from example_output.example import Example
from example_output.folder import Folder
from example_output.gate import Gate
from example_output.recording.recorder import (
    Recorded,
    RefusedError,
    record,
    record_axis,
    writing_allowed,
)
from example_output.running.interpreter import (
    Interpreter,
    InterpreterError,
    find_interpreter,
)
from example_output.settings import Settings, SettingsError
from example_output.startup.elsewhere import HOST, MORE_CORES, USER
from example_output.transcript import Ending, Transcript

Record = Callable[..., Recorded]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "program.py").touch()
    return folder


@pytest.fixture
def recording(folder: Path) -> Record:
    """Record what the Pythons printed, given as version=[transcripts]."""

    def write(
        runs: dict[str, list[Transcript]],
        *,
        accept_failure: bool = False,
        keep: Sequence[Version] = (),
    ) -> Recorded:
        settings = Settings.read(folder.parent, {})
        folder_of_examples = Folder(settings)
        gates = [Gate(folder_of_examples, version) for version in runs]
        example = gates[0].folder.examples["program.py"]
        return record(gates, example, runs, accept_failure=accept_failure, keep=keep)

    return write


def texts(folder: Path) -> dict[str, str]:
    """The text of each recording below its command."""
    return {
        path.name.removeprefix("program").removesuffix(".out"): path.read_text()
        .removeprefix("$ python program.py\n")
        .rstrip("\n")
        for path in sorted(folder.glob("*.out"))
    }


def same(**outputs: str) -> dict[str, list[Transcript]]:
    """Two runs that agree, on each Python: ``v3_11="text"``."""
    return {
        name.removeprefix("v").replace("_", ".") + ".1": [Transcript(f"{text}\n")] * 2
        for name, text in outputs.items()
    }


def on_axis(folder: Path, axis: str = "eager") -> tuple[Gate, Example]:
    """A gate for an axis that is tried on Python 3.12, and the example."""
    settings = Settings.read(folder.parent, {"axes": {"uvloop": "3.12", axis: "3.12"}})
    gate = Gate(Folder(settings), "3.12.1", axis)
    return gate, gate.folder.examples["program.py"]


def test_only_what_differs_on_an_axis_is_recorded(
    folder: Path, recording: Record
) -> None:
    recording(same(v3_11="one", v3_12="two"))

    def record_there(text: str) -> dict[str, str]:
        gate, example = on_axis(folder)
        record_axis(gate, example, [Transcript(f"{text}\n")] * 2, False)
        return texts(folder)

    usual = {"": "one", ".from-3.12": "two"}
    assert record_there("two") == usual
    assert record_there("one") == {**usual, ".eager": "one"}
    gate, example = on_axis(folder)
    assert gate.check(example, Transcript("one\n")) is None
    assert gate.folder.orphans() == []
    problem = gate.check(example, Transcript("two\n"))
    assert problem is not None
    assert "(this run, Python 3.12.1, eager)" in problem.text
    assert problem.cure.endswith("program.py --axis=eager")
    assert on_axis(folder, "uvloop")[0].check(example, Transcript("two\n")) is None
    assert record_there("two") == usual


def test_program_says_why_an_axis_does_not_concern_it(folder: Path) -> None:
    block = '# /// script\n# [tool.example-output.axes]\n# eager = "why"\n# ///\n'
    (folder / "program.py").write_text(block)
    gate, example = on_axis(folder)
    assert gate.inapplicable(example) == "why"
    assert on_axis(folder, "uvloop")[0].applies(example)


def test_unknown_axis_is_refused(folder: Path) -> None:
    with pytest.raises(SettingsError, match=r"'trio': '3\.12' is not one of uvloop"):
        Settings.read(folder.parent, {"axes": {"trio": "3.12"}})


def test_recordings_of_unrun_pythons_can_be_kept(
    folder: Path, recording: Record
) -> None:
    recording(same(v3_11="old", v3_12="warns"))
    kept = [Version("3.13")]
    recording(same(v3_14="fails"), keep=kept)
    assert texts(folder) == {"": "old", ".from-3.12": "warns", ".from-3.14": "fails"}
    recording(same(v3_14="warns"), keep=kept)
    assert texts(folder) == {"": "old", ".from-3.12": "warns"}
    recording(same(v3_14="replaces"))
    assert texts(folder) == {"": "old", ".from-3.12": "replaces"}


def test_agreeing_runs_are_written(recording: Record, folder: Path) -> None:
    done = recording(same(v3_11="hello"))
    assert done.written == [folder / "program.out"]
    assert (folder / "program.out").read_bytes() == b"$ python program.py\nhello\n"


def test_unchanged_recording_is_not_rewritten(recording: Record, folder: Path) -> None:
    recording(same(v3_11="hello"))
    before = version_of(folder / "program.out")
    assert recording(same(v3_11="hello")) == Recorded()
    assert version_of(folder / "program.out") == before


@pytest.mark.parametrize(
    "other", [Transcript("b\n"), Transcript("a\n", 1), Transcript("a")]
)
def test_runs_that_differ_are_refused(
    recording: Record, folder: Path, other: Transcript
) -> None:
    with pytest.raises(
        RefusedError, match=r"(?s)program.py:1: its runs disagree.*--- one run"
    ):
        recording({"3.11.1": [Transcript("a\n"), other]})
    assert texts(folder) == {}


def test_a_run_that_the_system_has_killed_is_refused_as_such(
    recording: Record, folder: Path
) -> None:
    runs = [Transcript("a\n"), Transcript("", -9)]
    with pytest.raises(RefusedError, match=r"program.py: it was killed by signal 9"):
        recording({"3.11.1": runs})
    recording({"3.11.1": [runs[1]] * 2}, accept_failure=True)
    assert texts(folder) == {"": "[exit status: -9]"}


def test_an_address_that_is_the_same_on_every_run_is_recorded(
    folder: Path, recording: Record
) -> None:
    outputs = [f"at 0x10 <A at 0x7f{number}>\n" for number in range(5)]
    recording({"3.11.1": [Transcript(output) for output in outputs]})
    assert texts(folder) == {"": "at 0x10 <A at address-1>"}


@pytest.mark.parametrize(
    ("number", "line", "cause"),
    [
        (3, "2027-12-31", "it prints a date or a time of day"),
        (4, f"on {HOST}", "it prints the name of this machine"),
        (4, f"by {USER}", "it prints the name of the user"),
        (4, "gid=543211", "it prints the number of the user's group"),
        (4, "another-folder", "it prints the name of its folder"),
        (4, "75", "its output depends on the machine or on"),
    ],
)
def test_what_depends_on_time_or_place_is_refused_with_the_cause(
    folder: Path, recording: Record, number: int, line: str, cause: str
) -> None:
    (folder / "program.py").write_text("import here\nprint('what is here')\n")
    runs = [Transcript("what is here\n")] * 5
    runs[number] = Transcript(f"{line}\n")
    with pytest.raises(RefusedError) as caught:
        recording({"3.11.1": runs})
    assert str(caught.value).startswith(f"examples/program.py:2: {cause}")
    assert f"+{line}" in str(caught.value)
    assert texts(folder) == {}


ASKS = """import os, time, random
from datetime import date

def what(n=12):
    time.sleep(0.1)
    return [os.cpu_count(), date.today(), random.random(), os.uname().machine][n]

print("what is it?")
print(what())
print("it is", what())
"""


@pytest.mark.parametrize(
    ("number", "other", "place", "what"),
    [
        (4, f"what is it?\n{(os.cpu_count() or 1) + MORE_CORES}\n", 6, "of cores"),
        (3, "what is it?\n2028-06-01\n", 6, "prints a date"),
        (3, "what is it?\n2\nit is 2028\n", 10, "prints a date"),
        (1, "what is it?\n0.25\n", 6, "its runs disagree"),
        (4, "it is\n", 8, "its output depends"),
    ],
)
def test_the_line_that_asks_for_what_differs_is_named(
    folder: Path, recording: Record, number: int, other: str, place: int, what: str
) -> None:
    (folder / "program.py").write_text(ASKS)
    usual = other.replace("2028", "2026").replace("0.25", "0.75") if number < 4 else ""
    runs = [Transcript(usual or "what is it?\n2\n")] * 5
    runs[number] = Transcript(other)
    with pytest.raises(RefusedError) as caught:
        recording({"3.11.1": runs})
    first = str(caught.value).partition("\n")[0]
    assert first.startswith(f"examples/program.py:{place}: ")
    assert what in first


def test_the_line_of_a_text_of_this_machine_and_of_a_failure_is_named(
    folder: Path, recording: Record
) -> None:
    (folder / "program.py").write_text(ASKS)
    runs = [Transcript(f"what is it?\n{platform.machine()}\n")] * 5
    with pytest.raises(RefusedError, match=r"^examples/program.py:6: it prints the ki"):
        recording({"3.11.1": runs})
    raised = 'Traceback:\n  File "program.py", line 9, in <module>\n'
    with pytest.raises(RefusedError, match=r"^examples/program.py:9: it fails, with"):
        recording({"3.11.1": [Transcript(raised, 1)] * 5})


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("at {home}/x", "the home folder"),
        ("{base}/src/a.py:3", "the folder of this project"),
        ("Python 3.11.1", "the patch release of Python"),
        ("[3, 11] micro=1,", "the patch release of Python"),
        ("linux-{machine}", "the kind of processor"),
        ("({machine})", "the kind of processor"),
        ("Linux 6.1.0-18-generic", "the release of this machine's system"),
        ("51053040", "the patch release of Python"),  # sys.hexversion
        ("0x30b01f0", "the patch release of Python"),
        ("built by {compiler}.", "the compiler of this machine's Python"),
        ("OpenSSL {openssl} 3 Sep", "the version of a library of this machine"),
        ("({sqlite_info})", "the version of a library of this machine"),
        ("http://192.0.2.77:8000/", "an address of this machine"),
        ("39472000000017", "the number of this machine's network card"),
        ("0x23e64a89e011", "the number of this machine's network card"),
        ("eth0 23:e6:4a:89:e0:11", "the number of this machine's network card"),
        ("MemTotal:       {memory} kB", "how much memory this machine has"),
        ("{disk} bytes", "the size of this machine's disk"),
        ("today: {today:%Y-%m-%d}", "the date of today"),
        ("at {today:%Y-%m-%d} 12:00", "the date of today"),
        ("wrote report-{today:%Y-%m-%d}.txt", "the date of today"),
        ("wrote log_{today:%Y%m%d}_1", "the date of today"),
        ("on {today:%B} {today.day}, late", "the date of today"),
        ("a.txt {today:%b} {today.day:2} 12:00", "the date of today"),
    ],
)
def test_what_only_this_machine_prints_is_refused(
    folder: Path,
    recording: Record,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    what: str,
) -> None:
    machine = "riscv64"
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr("platform.release", lambda: "6.1.0-18-generic")
    monkeypatch.setattr("uuid.getnode", lambda: 39472000000017)
    address = Mock(address="192.0.2.77")
    monkeypatch.setattr("psutil.net_if_addrs", lambda: {"eth0": [address]})
    (folder / "program.py").write_text("import ssl, sqlite3\n")
    today = datetime.now(UTC)
    text = line.format(
        home=Path.home(),
        base=folder.parent,
        machine=machine,
        compiler=platform.python_compiler(),
        openssl=ssl.OPENSSL_VERSION.split()[1],
        sqlite_info=", ".join(sqlite3.sqlite_version.split(".")),
        today=today,
        memory=psutil.virtual_memory().total // 1024,
        disk=shutil.disk_usage("/").total,
    )
    with pytest.raises(RefusedError, match=rf"program.py:\d: it prints {what}"):
        recording({"3.11.1": [Transcript(f"{text}\n")] * 5})
    assert texts(folder) == {}


@pytest.mark.parametrize(
    "line",
    [
        *("3.11.12", "13.11.1", "v3.11.1.5", "micro=12", "riscv64d", "23", "11"),
        *("1989-1-1", "510530400", ssl.OPENSSL_VERSION.split()[1], "192.0.2.7"),
    ],
)
def test_what_resembles_a_text_of_this_machine_is_recorded(
    folder: Path, recording: Record, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    monkeypatch.setattr("platform.release", lambda: "11")  # as on Windows
    monkeypatch.setattr("uuid.getnode", lambda: 23)
    address = Mock(address="192.0.2.77")
    monkeypatch.setattr("psutil.net_if_addrs", lambda: {"eth0": [address]})
    recording({"3.11.1": [Transcript(f"{line}\n")] * 5})
    assert texts(folder) == {"": line}


@pytest.mark.parametrize(
    ("source", "line", "what"),
    [
        ("import subprocess", "{user}", "the name of the user"),
        ("import subprocess", "uid=7({user}) gid=", "the name of the user"),
        ("import multiprocessing", "{today:%Y}", "the date of today"),
        ("from concurrent import interpreters", "{today:%Y}", "the date of today"),
        ("import _xxsubinterpreters", "by {user}", "the name of the user"),
        ("with ProcessPoolExecutor()", "by {user}", "the name of the user"),
        ("pty.spawn(['date'])", "{today:%Y}", "the date of today"),
        ("psutil.boot_time()", "since {boot}", "when this machine was started"),
        ("socket.if_nameindex()", "1: {card}", "the name of this machine's network"),
        ("import psutil", "{gibibytes:.0f} gigabytes", "how much memory"),
        ("os.popen('')", "drwx 2 {user} staff a.txt", "the name of the user"),
        ("os.system('')", "{today:%B}", "the date of today"),
        ("create_subprocess_exec", "{today:%Y}", "the date of today"),
        ("create_subprocess_exec", "{today:%A} it is", "the date of today"),
        ("import psutil", "{gibibytes:.1f} GiB", "how much memory this machine has"),
        ("import psutil", "{gibibytes:.0f}GB", "how much memory this machine has"),
        ("shutil.disk_usage('/')", "{disk:.2f} GB", "the size of this machine's disk"),
        ("os.sysconf('SC_PHYS_PAGES')", "{pages}", "how much memory this machine has"),
    ],
)
def test_what_a_program_asks_others_for_is_refused(
    folder: Path,
    recording: Record,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    line: str,
    what: str,
) -> None:
    monkeypatch.setattr("psutil.net_if_addrs", lambda: {"lo": [], "eth9": []})
    memory = psutil.virtual_memory().total
    text = line.format(
        user=getpass.getuser(),
        today=datetime.now(UTC),
        gibibytes=memory / 2**30,
        disk=shutil.disk_usage("/").total / 10**9,
        pages=memory // mmap.PAGESIZE,
        boot=int(psutil.boot_time()),
        card="eth9",
    )
    run = Transcript(f"{text}\n")
    (folder / "program.py").write_text(f"# {source}\n")
    with pytest.raises(RefusedError, match=rf"program.py:\d: it prints {what}"):
        recording({"3.11.1": [run] * 5})
    # Of a program that does not ask, that is another text.
    (folder / "program.py").write_text("# until the interpreter ends\n")
    recording({"3.11.1": [run] * 5})
    year = datetime.now(UTC).year
    logged = Transcript(f"WARNING:{getpass.getuser()}:in {year} times\n")
    every = "\n".join([*calendar.month_name, *calendar.day_abbr, *calendar.day_name])
    (folder / "program.py").write_text(f"# {source}\n")
    recording({"3.11.1": [logged] * 5})
    recording({"3.11.1": [Transcript(f"{every}\n")] * 5})


def test_what_the_program_itself_contains_is_recorded(
    folder: Path, recording: Record
) -> None:
    (folder / "program.py").write_text("print('needs 3.11.1')\n")
    recording({"3.11.1": [Transcript("needs 3.11.1\n")] * 5})
    assert texts(folder) == {"": "needs 3.11.1"}


@pytest.mark.parametrize("end", ["", "\n", "\nafter\n"])
def test_the_line_of_this_machine_is_quoted(
    folder: Path, recording: Record, end: str
) -> None:
    run = Transcript(f"before\nPython 3.11.1 here{end}")
    with pytest.raises(RefusedError, match=r"else\n    Python 3.11.1 here\nPrint"):
        recording({"3.11.1": [run] * 5})


@pytest.mark.parametrize("form", ["%Y-%m-%d", "%B", "%A, the %d"])
def test_a_date_that_the_program_may_have_computed_is_recorded(
    folder: Path, recording: Record, form: str
) -> None:
    today = datetime.now(UTC)
    source = f"import datetime, subprocess\nprint(datetime.date({today:%Y, %m, %d}))\n"
    (folder / "program.py").write_text(source)
    recording({"3.11.1": [Transcript(f"{today:{form}}\n")] * 5})
    assert texts(folder) == {"": f"{today:{form}}"}


@pytest.mark.parametrize(
    "line",
    [
        "v3.11.1",
        "(3, 11, 1)",
        "sys (3, 11, 1, 'final', 0)",
        "('3', '11', '1')",
    ],
)
def test_the_patch_release_is_refused_in_each_spelling(
    folder: Path, recording: Record, line: str
) -> None:
    (folder / "program.py").write_text("import sys\nprint(sys.version_info[:3])\n")
    with pytest.raises(RefusedError, match="it prints the patch release of Python"):
        recording({"3.11.1": [Transcript(f"{line}\n")] * 5})
    # In the output of a program that does not ask for a version, it is another tuple.
    (folder / "program.py").write_text("import numbers\n")
    if "v" not in line:
        recording({"3.11.1": [Transcript(f"{line}\n")] * 5})


@pytest.mark.parametrize("line", ["(3, 11)", "[3, 11, 1, 4]", "(3, 11, 1, 4)", "v3.11"])
def test_what_resembles_the_patch_release_is_recorded(
    folder: Path, recording: Record, line: str
) -> None:
    (folder / "program.py").write_text("import sys\nprint(sys.version_info[:2])\n")
    recording({"3.11.1": [Transcript(f"{line}\n")] * 5})
    assert texts(folder) == {"": line}


@pytest.mark.parametrize("ending", ["timeout", "limit"])
def test_a_run_cut_short_is_refused(
    recording: Record, folder: Path, ending: Ending
) -> None:
    cut = replace(Transcript("so far\n"), ending=ending)
    with pytest.raises(RefusedError, match=r"(?s)stopped after.*so far"):
        recording({"3.11.1": [Transcript("so far\n"), cut]}, accept_failure=True)
    assert texts(folder) == {}


FAILS = {"3.11.1": [Transcript("oh\n", 1)] * 2}


def test_a_failure_is_refused_until_it_is_accepted_once(
    recording: Record, folder: Path
) -> None:
    with pytest.raises(RefusedError, match=r"(?s)exit status 1.*py --accept-failure"):
        recording(FAILS)
    assert texts(folder) == {}
    recording(FAILS, accept_failure=True)
    assert texts(folder) == {"": "oh\n[exit status: 1]"}
    recording({"3.11.1": [Transcript("new\n", 1)] * 2})
    assert texts(folder) == {"": "new\n[exit status: 1]"}


def test_a_success_that_begins_to_fail_is_refused(
    recording: Record, folder: Path
) -> None:
    recording(same(v3_11="fine"))
    with pytest.raises(RefusedError, match="exit status 1"):
        recording(FAILS)
    assert texts(folder) == {"": "fine"}


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        # Only real differences make a second file.
        ({}, {"v3_11": "a", "v3_13": "a"}, {"": "a"}),
        ({}, {"v3_11": "a", "v3_13": "b"}, {"": "a", ".from-3.13": "b"}),
        # The oldest that ran speaks for the older ones, too.
        ({}, {"v3_13": "b"}, {"": "b"}),
        # A difference that has gone removes its file.
        (
            {"v3_11": "a", "v3_13": "b"},
            {"v3_11": "b", "v3_13": "b"},
            {"": "b"},
        ),
        # A Python that did not run keeps its recording.
        ({"v3_11": "a", "v3_13": "b"}, {"v3_11": "c"}, {"": "c", ".from-3.13": "b"}),
        ({"v3_11": "a", "v3_13": "b"}, {"v3_14": "c"}, {"": "a", ".from-3.13": "c"}),
        # None yet for the oldest.
        (
            {"v3_11": "a", "v3_13": "b", "-": ""},
            {"v3_11": "a"},
            {"": "a", ".from-3.13": "b"},
        ),
        # A new difference inside a range splits it.
        (
            {"v3_11": "a"},
            {"v3_11": "a", "v3_12": "b", "v3_13": "c"},
            {"": "a", ".from-3.12": "b", ".from-3.13": "c"},
        ),
    ],
)
def test_recordings_are_split_by_version(
    recording: Record,
    folder: Path,
    first: dict[str, str],
    then: dict[str, str],
    expected: dict[str, str],
) -> None:
    if first:
        recording(same(**{name: text for name, text in first.items() if text}))
    if "-" in first:
        (folder / "program.out").unlink()
    recording(same(**then))
    assert texts(folder) == expected


def test_recordings_of_unrun_pythons_are_reported(
    recording: Record, folder: Path
) -> None:
    recording(same(v3_11="a", v3_13="b"))
    done = recording(same(v3_11="c"))
    assert [kept.path.name for kept in done.unseen] == ["program.from-3.13.out"]


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        (None, True),
        ("", True),
        ("false", True),
        ("0", True),
        ("true", False),
        ("1", False),
    ],
)
def test_under_ci_nothing_may_be_written(
    monkeypatch: pytest.MonkeyPatch, value: str | None, allowed: bool
) -> None:
    monkeypatch.delenv("CI", raising=False)
    if value is not None:
        monkeypatch.setenv("CI", value)
    assert writing_allowed() is allowed


def test_missing_python_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Each Python of the machine would be started, and asked.
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    with pytest.raises(InterpreterError, match=r"no Python 9\.99 was found"):
        find_interpreter("9.99")


def test_command_that_is_not_python_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "python"
    path.write_text("#!/bin/sh\nexit 3\n")
    path.chmod(0o755)
    with pytest.raises(InterpreterError, match="does not start"):
        find_interpreter(str(path))


def test_a_python_is_found_by_its_version(interpreter: Interpreter) -> None:
    minor = ".".join(interpreter.version.split(".")[:2])
    assert find_interpreter(minor).version.startswith(f"{minor}.")


def test_another_order_on_another_python_is_no_other_recording(
    folder: Path, recording: Record
) -> None:
    block = '# /// script\n# [tool.example-output]\n# order = "varies"\n# ///\n'
    (folder / "program.py").write_text(block)
    one, other = Transcript("a\nb\n"), Transcript("b\na\n")
    recording({"3.11.7": [one, other], "3.12.1": [other, one]})
    assert [path.name for path in folder.glob("*.out")] == ["program.out"]
