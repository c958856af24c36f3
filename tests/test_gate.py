"""The comparison, its messages, and problems of a folder as a whole."""

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.version import Version

from example_output.example import Example
from example_output.folder import Folder, Recording
from example_output.gate import Gate
from example_output.problems import Kind
from example_output.running.blame import blame
from example_output.settings import Settings, SettingsError
from example_output.transcript import Ending, Transcript, write_recording

SOURCE = 'print("one")\nprint("two")\nraise ValueError\n'
MakeGate = Callable[..., Gate]


@pytest.fixture
def gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeGate:
    """A gate over one example with one recording."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "two.py").write_text(SOURCE)
    (folder / "two.out").write_text("$ python two.py\none\ntwo\n", newline="\n")

    def make(version: str = "3.11.7", **values: object) -> Gate:
        return Gate(Folder(Settings.read(tmp_path, values)), version)

    return make


def check(gate: Gate, run: Transcript, name: str = "two.py") -> tuple[Kind, str] | None:
    problem = gate.check(gate.folder.examples[name], run)
    return (problem.kind, problem.text) if problem else None


def test_the_same_output_passes(gate: MakeGate) -> None:
    assert check(gate(), Transcript("one\ntwo\n")) is None


def test_a_module_that_is_not_found_has_a_hint(gate: MakeGate) -> None:
    made = gate()
    (made.settings.folder / "new.py").write_text("import mine.part\n")
    run = Transcript("ModuleNotFoundError: No module named 'mine.part'\n", 1)
    found = check(made, run, "new.py")
    assert found
    assert "If mine is yours: examples do not see the sys.path of conf.py" in found[1]


def test_a_checkout_with_crlf_neither_hides_nor_causes_drift(gate: MakeGate) -> None:
    path = gate().settings.folder / "two.out"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert check(gate(), Transcript("one\ntwo\n")) is None
    assert check(gate(), Transcript("one\nTwo\n")) is not None


def test_drift_shows_the_diff_the_lines_and_the_cure(gate: MakeGate) -> None:
    found = check(gate(), Transcript("one\nTwo  \n"))
    assert found == (
        Kind.DRIFT,
        "two.py: its output differs from its recording\n"
        "--- examples/two.out (recorded)\n"
        "+++ python two.py (this run, Python 3.11.7)\n"
        "@@ -1,3 +1,3 @@\n"
        " $ python two.py\n"
        " one\n"
        "-two\n"
        "+Two··\n"
        "(· is a blank and → a tab at the end of a line)\n"
        "at examples/two.py:1, examples/two.out:3\n"
        "If the new output is right, accept it: "
        "python -m example_output --record examples/two.py",
    )


@pytest.mark.parametrize(
    ("run", "shown"),
    [
        (Transcript("one\ntwo"), "+[no newline at the end]"),
        (Transcript("one\ntwo\n", 1), "+[exit status: 1]"),
        (Transcript("one\ntwo\n\n"), "+\n"),
        (Transcript("one\ntwo \n"), "+two·"),
        (Transcript("one\n\ttwo\n"), "+\ttwo"),
        (Transcript(""), "-one"),
    ],
)
def test_every_difference_is_drift_and_visible(
    gate: MakeGate, run: Transcript, shown: str
) -> None:
    found = check(gate(), run)
    assert found is not None
    kind, text = found
    assert kind is Kind.DRIFT
    assert shown in text


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ('one\nprint("two")\n', 2),  # a line of the program that holds the new text
        (f'one\n  File "two.py", line 3, in <module>\n{"x" * 99}\n', 3),
        ("one\nnothing alike\n", 1),
    ],
)
def test_the_line_of_the_example_is_named(
    gate: MakeGate, output: str, line: int
) -> None:
    found = check(gate(), Transcript(output))
    assert found is not None
    assert f"at examples/two.py:{line}, " in found[1]


def test_cure_is_configurable(gate: MakeGate) -> None:
    found = check(gate(cure="make record EXAMPLE={path}"), Transcript(""))
    assert found is not None
    assert found[1].endswith("make record EXAMPLE=examples/two.py")


def test_the_cure_is_for_what_it_was_run_on_and_for_what_came_of_it(
    gate: MakeGate,
) -> None:
    made, run = gate(), Transcript("one\n", 1)
    command = "python -m example_output --record examples/two.py"
    _, text = check(made, run) or (None, "")
    assert (
        f"It fails; if that is intended, accept it: {command} --accept-failure" in text
    )
    run = Transcript("ModuleNotFoundError: No module named 'mine'\n", 1)
    _, text = check(made, run) or (None, "")
    assert "If mine is yours: examples do not see the sys.path of conf.py" in text
    _, text = check(gate("3.99.1"), Transcript("one\n")) or (None, "")
    assert text.endswith(f"accept it: {command} --python=3.99")


@pytest.mark.parametrize(
    "text",
    [
        "OSError: [Errno 28] No space left on device",
        "OSError: [Errno 24] Too many open files: 'x'",
        "  | MemoryError",
        "RuntimeError: can't start new thread",
    ],
)
def test_a_limit_of_the_machine_is_called_so(gate: MakeGate, text: str) -> None:
    hint = f"If it should not say {text.strip(' |')}, a limit of this machine is the"
    _, said = check(gate(), Transcript(f"one\nTraceback:\n{text}\n", 1)) or (None, "")
    assert hint in said
    _, said = check(gate(), Transcript(f"one\n{text}\n")) or (None, "")
    assert hint not in said  # a program that ends as it should
    _, said = check(
        gate(examples={"two.py": {"ends": "timeout"}}), Transcript(text)
    ) or (
        None,
        "",
    )
    assert hint in said
    made = gate()
    folder = made.settings.folder
    (folder / "a.console").write_text("$ one\n")
    (folder / "a.console.out").write_text("$ one\n1\n")
    session = Transcript(f"$ one\n{text}\n[exit status 1]\n")
    problem = gate().check(gate().folder.examples["a.console"], session)
    assert problem
    assert hint in problem.text


def test_a_port_that_is_taken_is_told_from_a_server_that_ends(gate: MakeGate) -> None:
    made = gate(examples={"two.py": {"ends": "timeout"}})
    text = "OSError: [Errno 98] error while attempting to bind: address already in use"
    _, said = check(made, Transcript(f"{text}\n", 1)) or (None, "")
    assert (
        "If other examples use the port, declare alone = true in each of them" in said
    )
    _, said = check(made, Transcript("done\n")) or (None, "")
    assert "Fix the program, or remove the line" in said
    # Of a client that ends by itself, as socket.bind() spells it.
    text = "OSError: [Errno 98] Address already in use"
    _, said = check(gate(), Transcript(f"{text}\n", 1)) or (None, "")
    assert "its output differs" in said
    assert "declare alone = true in each of them" in said


def test_the_line_of_a_package_is_that_of_its_last_frame(
    gate: MakeGate, tmp_path: Path
) -> None:
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool/__main__.py").write_text("one = 1\nzero = 0\none / zero\n")
    package = Example(tmp_path, "tool/__main__.py")
    frames = (
        'File "tool/__main__.py", line 3, in <module>\n'
        'File "<library>/other/__main__.py", line 9, in main\n'
        "ZeroDivisionError: division by zero\n"
    )
    found = blame(gate().settings, package, "none\n", f"Traceback:\n{frames}")
    assert found.endswith("tool/__main__.py:3")


def test_the_line_of_a_difference_is_the_string_that_is_printed(
    gate: MakeGate, tmp_path: Path
) -> None:
    program = tmp_path / "examples/spoken.py"
    program.write_text(
        '"""It prints done and more."""\n'
        "# done and more: the words of the end.\n"
        "TEXT = 'done and more'\n"
        'print("""start\ndone and more""")\n'
    )
    spoken = gate().folder.examples["spoken.py"]
    found = blame(gate().settings, spoken, "done\n", "done and more\n")
    assert found == "examples/spoken.py:3"
    program.write_text("# done\nprint('all of it is',\n  'done', sep='')\n")
    spoken = gate().folder.examples["spoken.py"]
    found = blame(gate().settings, spoken, "none\n", "done\n")
    assert found == "examples/spoken.py:3"


PUT_TOGETHER = """\
'''A task starts: its docstring.'''
def work(n, names):
    print("task", n, "starts")
    print(f"task {n:>3} ends {names['starts']!r} well")
    print("%d of %s done" % (n, 4))
    print("{} was {x[1]} here".format(n, x=names))
    text = "sum: " + str(n)
    print(
        text,
        "and results", names)
    raise ValueError(f"{n} is not one")
"""


@pytest.mark.parametrize(
    ("printed", "line"),
    [
        ("task 1 starts", 3),
        ("task   7 ends 'x' well", 4),
        ("5 of 4 done", 5),
        ("a was b here", 6),
        ("sum: 9", 7),
        ("sum and results [1, 2]", 10),
        ("ValueError: 2 is not one", 11),
        ("task 1 stops", 1),
        ("task " * 20_000, 1),  # in no time
        ("7", 1),
    ],
)
def test_the_line_of_a_difference_is_where_a_text_is_put_together(
    gate: MakeGate, tmp_path: Path, printed: str, line: int
) -> None:
    (tmp_path / "examples/parts.py").write_text(PUT_TOGETHER)
    example = gate().folder.examples["parts.py"]
    found = blame(gate().settings, example, "none\n", f"{printed}\n")
    assert found == f"examples/parts.py:{line}"


def test_a_drifted_session_names_the_command_and_not_what_prints_like_one(
    gate: MakeGate,
) -> None:
    folder = gate().settings.folder
    (folder / "a.console").write_text("# One\n$ one\n$ two\n$ three\n")
    (folder / "a.console.out").write_text("$ one\n$ not\n$ two\n2\n$ three\n")
    drifted = "$ not\n$ two\nother\n$ three\n"
    problem = gate().check(gate().folder.examples["a.console"], Transcript(drifted))
    assert problem
    assert problem.places[0] == "examples/a.console:3"


def test_missing_recording_shows_the_output(gate: MakeGate) -> None:
    (gate().settings.folder / "two.out").unlink()
    found = check(gate(), Transcript("one\n", 1))
    assert found is not None
    kind, text = found
    assert kind is Kind.UNRECORDED
    assert "    one\n    [exit status: 1]" in text
    cure = "python -m example_output --record examples/two.py"
    assert f"It fails; if that is intended, record it: {cure} --accept-failure" in text


@pytest.mark.parametrize(
    ("ending", "kind", "cure"),
    [
        ("timeout", Kind.TIMEOUT, "example_output_timeout"),
        ("timeout", Kind.TIMEOUT, 'a server declares ends = "timeout" there'),
        ("limit", Kind.LIMIT, "example_output_limit"),
    ],
)
def test_a_run_cut_short_shows_the_output_so_far(
    gate: MakeGate, ending: Ending, kind: Kind, cure: str
) -> None:
    lines = "".join(f"line {n}\n" for n in range(100))
    run = replace(Transcript(lines), ending=ending)
    found = check(gate(), run)
    assert found is not None
    assert found[0] is kind
    assert "(70 lines before)\n    line 70\n" in found[1]
    assert "    line 99\n" in found[1]
    assert cure in found[1]


def test_a_run_cut_short_without_output_says_so(gate: MakeGate) -> None:
    found = check(gate(), replace(Transcript(""), ending="timeout"))
    assert found is not None
    assert "(it had printed nothing)" in found[1]


@pytest.mark.parametrize("status", [-9, -24])
def test_what_the_system_has_killed_is_no_drift(gate: MakeGate, status: int) -> None:
    made = gate()
    example = made.folder.examples["two.py"]
    run = Transcript("so far\n", status)
    found = made.check(example, run)
    assert found is not None
    assert found.kind is Kind.KILLED
    assert f"two.py: it was killed by signal {-status}, as a system" in found.text
    assert "    so far\nat examples/two.py:1\n" in found.text
    recorded = write_recording(example.command, run)
    (made.settings.folder / "two.out").write_text(recorded)
    assert gate().check(example, run) is None


def test_a_command_that_the_system_has_killed_is_no_drift(gate: MakeGate) -> None:
    made = gate()
    (made.settings.folder / "a.console").write_text("$ tool\n")
    (made.settings.folder / "a.console.out").write_text("$ tool\n1\n")
    found = check(made, Transcript("[exit status -9]\n"), "a.console")
    assert found is not None
    assert found[0] is Kind.KILLED


# -- Recordings by version -----------------------------------------------------------


@pytest.fixture
def three(gate: MakeGate) -> MakeGate:
    """The same, with more recordings, from 3.12 and from 3.14 on."""
    for version in ("3.12", "3.14"):
        path = gate().settings.folder / f"two.from-{version}.out"
        path.write_text(f"$ python two.py\n{version}\n", newline="\n")
    return gate


@pytest.mark.parametrize(
    ("version", "output"),
    [
        ("3.11.7", "one\ntwo\n"),
        ("3.12.0", "3.12\n"),
        ("3.13.9", "3.12\n"),
        ("3.14.0rc2", "3.14\n"),
        ("3.15.1", "3.14\n"),
    ],
)
def test_each_python_has_its_recording(
    three: MakeGate, version: str, output: str
) -> None:
    gate = three(version)
    assert check(gate, Transcript(output)) is None
    assert check(gate, Transcript("else\n")) is not None


def test_recordings_are_labelled_by_their_pythons(three: MakeGate) -> None:
    gate = three()
    labels = [r.label for r in gate.folder.recordings(gate.folder.examples["two.py"])]
    assert labels == [
        "Python 3.11 and earlier",
        "Python 3.12 to 3.13",
        "Python 3.14 and later",
    ]


def test_single_recording_is_labelled_for_every_python(tmp_path: Path) -> None:
    assert Recording(tmp_path).label == "every supported Python"
    between = Recording(tmp_path, Version("3.12"), Version("3.13"))
    assert between.label == "Python 3.12"


def test_an_example_may_need_a_newer_python(gate: MakeGate) -> None:
    path = gate().settings.folder / "new.py"
    path.write_text('# /// script\n# requires-python = ">=3.14"\n# ///\n')
    gates = [gate("3.13.0"), gate("3.14.0rc1"), gate("3.15.2")]
    applies = [made.applies(made.folder.examples["new.py"]) for made in gates]
    assert applies == [False, True, True]


# -- The folder as a whole -----------------------------------------------------------


def test_unused_examples_and_orphaned_recordings_are_found(gate: MakeGate) -> None:
    folder = gate().settings.folder
    for name in ("gone.out", "gone.from-3.13.out", "two.from-3.13.out"):
        (folder / name).write_text("$ python gone.py\n")
    (folder / "book.out").write_text("written by another program\n")
    assert [p.name for p in gate().folder.unused({"other.py"})] == ["two.py"]
    assert gate().folder.unused({"two.py"}) == []
    assert [p.name for p in gate().folder.orphans()] == [
        "gone.from-3.13.out",
        "gone.out",
    ]


def test_similar_name_is_suggested(gate: MakeGate) -> None:
    assert gate().folder.missing("tow.py", "").cure == "Did you mean two.py?"
    assert "Write it" in gate().folder.missing("entirely/else.py", "").cure


def test_invalid_example_is_reported_with_its_line(
    gate: MakeGate,
) -> None:
    path = gate().settings.folder / "bad.py"
    path.write_text("\n# /// script\n# nonsense\n# ///\n")
    made = gate()
    problem = made.validate(made.folder.examples["bad.py"])
    assert problem is not None
    assert problem.kind is Kind.INVALID
    assert problem.places == ("examples/bad.py:3",)


def test_every_kind_has_a_meaning() -> None:
    assert all(kind.meaning.endswith(".") for kind in Kind)


# -- Settings ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"dir": "nowhere"}, "there is no folder 'nowhere'"),
        ({"dir": 3}, "example_output_dir = 3 is not of type str"),
        ({"jobs": -1}, "example_output_jobs = -1 is not above 0"),
        ({"pythons": ["3.9", 3.10]}, "example_output_pythons: 3.1 is not a version"),
        ({"pythons": [""]}, "example_output_pythons: '' is not a version"),
        ({"jobs": True}, "not of type int"),
        ({"timeout": 0}, "example_output_timeout = 0 is not above 0"),
        ({"timeout": float("inf")}, "example_output_timeout = inf is above 1,000,000,"),
        ({"timeout": 10**400}, "is above 1,000,000,000"),
        ({"axes": {"eager": "banana"}}, "example_output_axes: 'eager': 'banana' is no"),
        ({"axes": {"eager": 3.10}}, "example_output_axes: 'eager': 3.1 is not one of"),
        ({"timeout": float("nan")}, "example_output_timeout = nan is not above 0"),
        ({"cure": "make {x}"}, r"example_output_cure = 'make \{x\}': only \{path\} "),
        ({"cure": "awk {print}"}, "write a brace of the command twice"),
        ({"timeout": "9"}, "not of type int or float"),
        ({"limit": 0}, "not above 0"),
        ({"pythons": "3.11"}, "not of type list or tuple"),
    ],
)
def test_invalid_setting_is_reported_with_the_cause(
    gate: MakeGate, values: dict[str, object], message: str
) -> None:
    with pytest.raises(SettingsError, match=message):
        gate(**values)


def test_defaults_suit_a_project_that_sets_nothing(gate: MakeGate) -> None:
    settings = gate().settings
    assert settings.jobs > 0
    assert settings.shown(settings.folder / "a" / "b.py") == "examples/a/b.py"


# -- What may lie in the folder ------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_links_to_themselves_and_pipes_are_no_examples(gate: MakeGate) -> None:
    folder = gate().settings.folder
    for name in ("loop.py", "loop.out"):
        (folder / name).symlink_to(folder / name)
    os.mkfifo(folder / "pipe.py")
    assert list(gate().folder.examples) == ["two.py"]
    assert check(gate(), Transcript("one\ntwo\n")) is None


def test_a_recording_for_no_python_of_the_project_is_found(gate: MakeGate) -> None:
    folder = gate().settings.folder
    (folder / "two.from-3.99.out").write_text("$ python two.py\n")
    made = gate(pythons=["3.11", "3.12"]).folder
    found = made.unreachable(Version("3.11"))
    assert [problem.name for problem in found] == ["two.from-3.99.out"]
    assert made.unreachable(Version("3.99")) == []
    # The base recording holds on no Python that is left to it.
    (folder / "two.from-3.11.out").write_text("$ python two.py\n")
    made = gate(pythons=["3.11", "3.99"]).folder
    found = made.unreachable(Version("3.11"))
    assert [problem.name for problem in found] == ["two.out"]
    assert gate().folder.unreachable(Version("3.11")) == []
    # A path is a Python of some version.
    made = gate(pythons=["3.11", "/opt/python"]).folder
    assert made.unreachable(Version("3.11")) == []


def test_recording_for_a_python_that_the_example_refuses(gate: MakeGate) -> None:
    folder = gate().settings.folder
    (folder / "new.py").write_text(
        '# /// script\n# requires-python = ">=3.12"\n# ///\n'
    )
    (folder / "new.from-3.12.out").write_text("$ python two.py\n")
    made = gate(pythons=["3.11", "3.12"]).folder
    assert made.unreachable(Version("3.11")) == []
    (folder / "new.out").write_text("$ python two.py\n")
    made = gate(pythons=["3.11", "3.12"]).folder
    found = made.unreachable(Version("3.11"))
    assert [problem.name for problem in found] == ["new.out"]
    # What cannot be read is another problem.
    (folder / "new.py").write_text("# /// script\n# nonsense\n# ///\n")
    made = gate(pythons=["3.11", "3.12"]).folder
    assert made.unreachable(Version("3.11")) == []
