"""Normalizing, recordings and the difference between two of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from example_output.normalize import RULES, Surroundings, normalize
from example_output.pages.colors import ColorLexer
from example_output.transcript import (
    RecordingError,
    Transcript,
    diff,
    first_difference,
    quote,
    read_recording,
    write_recording,
)

WHERE = Surroundings(
    folders=("/tmp/x/run", "/private/tmp/x/run"),
    home=("/tmp/x",),
    library=("/usr/lib/python3.11", "/venv/lib/python3.11/site-packages"),
    executable="/venv/bin/python",
)

TRACEBACK = """\
Traceback (most recent call last):
  File "/tmp/x/run/program.py", line 9, in <module>
    asyncio.run(main())
    ~~~~~~~~~~~^^^^^^^^
  File "/usr/lib/python3.11/asyncio/runners.py", line 190, in run
    return runner.run(main)
           ^^^^^^^^^^^^^^^^
  File "/usr/lib/python3.11/asyncio/runners.py", line 118, in run
    return self._loop.run_until_complete(task)
  File "/tmp/x/run/program.py", line 5, in main
    fail()
  File "<frozen importlib._bootstrap>", line 1, in _find
  [Previous line repeated 9 more times]
ValueError: no
"""
FOLDED = """\
Traceback (most recent call last):
  File "program.py", line 9, in <module>
    asyncio.run(main())
  ...
  File "program.py", line 5, in main
    fail()
  ...
ValueError: no
"""
GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "/tmp/x/run/program.py", line 9, in <module>
  |     asyncio.run(main())
  |   File "/usr/lib/python3.11/asyncio/runners.py", line 190, in run
  |     return runner.run(main)
  |            ^^^^^^^^^^^^^^^^
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/tmp/x/run/program.py", line 5, in main
    |     fail()
    | ValueError: no
    +------------------------------------
"""
FOLDED_GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "program.py", line 9, in <module>
  |     asyncio.run(main())
  |   ...
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "program.py", line 5, in main
    |     fail()
    | ValueError: no
    +------------------------------------
"""


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        # the example's own path, its folders
        ("/tmp/x/run/program.py:3: W\n", "program.py:3: W\n"),
        ("/private/tmp/x/run/program.py\n", "program.py\n"),
        ("in /tmp/x/run\n", "in .\n"),
        ("/tmp/x/tmpabc\n", "~/tmpabc\n"),
        # the library's
        (
            "/usr/lib/python3.11/asyncio/events.py:84: W\n",
            "<library>/asyncio/events.py:...: W\n",
        ),
        ("/usr/lib/python3.11/asyncio/events.py\n", "<library>/asyncio/events.py\n"),
        (
            "/usr/lib/python3.12/asyncio/events.py\n",
            "/usr/lib/python3.12/asyncio/events.py\n",
        ),
        ("/venv/bin/python\n", "python\n"),
        # tracebacks
        (TRACEBACK, FOLDED),
        (GROUP, FOLDED_GROUP),
        (
            "Traceback (most recent call last):\n"
            '  File "/usr/lib/python3.11/asyncio/tasks.py", line 674, in f\n'
            "    raise TypeError('An asyncio.Future, a coroutine '\n"
            "                    'is required')\n"
            "TypeError: An asyncio.Future, a coroutine is required\n",
            "Traceback (most recent call last):\n  ...\n"
            "TypeError: An asyncio.Future, a coroutine is required\n",
        ),
        (
            '  File "/tmp/x/run/program.py", line 1\n    a b\n      ^\n',
            '  File "program.py", line 1\n    a b\n',
        ),
        (
            '  File "/tmp/x/run/program.py", line 4 in hang\n',
            '  File "program.py", line 4 in hang\n',
        ),
        ('  File "/usr/lib/python3.11/asyncio/events.py", line 4 in _run\n', "  ...\n"),
        # addresses
        (
            "<A at 0x7f00> <B at 0x7f10> <A at 0x7F00>\n",
            "<A at address-1> <B at address-2> <A at address-1>\n",
        ),
        ("* Task(name='x', id=0x7f00)\n", "* Task(name='x', id=address-1)\n"),
        ("0xdeadbeef\n", "0xdeadbeef\n"),
        # escape sequences and control characters
        ("\x1b[1;31mred\x1b[0m\n", "red\n"),
        ("\x1b]8;;https://example.org\x1b\\link\x1b]8;;\x07\n", "link\n"),
        ("\x1b(B\x1bMx\n", "x\n"),
        ("50%\x07\x00\n", "50%\\x07\\x00\n"),
        ("a\r\nb\r\n", "a\nb\n"),
        # what a line shows once all of it is written
        ("10%\r20%\r100%\n", "100%\n"),
        ("longer\rnew\n", "newger\n"),
        ("longer\r\x1b[Knew\n", "new\n"),
        ("longer\x1b[2K\rnew\n", "new\n"),
        ("12345\x08\x08\x1b[1Kx\n", "   x5\n"),
        ("12345\x1b[1K\rab\x1b[1Kc\x1b[1K\x1b[1K\n", "     \n"),
        ("12345\x08\x1b[1K\rab\x08\x08\x1b[1K\n", " b   \n"),
        ("12345\x1b[1K\r\x1b[Kab\x08\x1b[1Kc\n", " c\n"),
        ("123\x1b[1K\x1b[2Kab\x08\x1b[1K\n", "     \n"),
        ("spin |\x08/\x08-\x08done\n", "spin done\n"),
        ("\x08\x1b[31ma\x1b[0m\rb", "b"),
        ("one\n\rtwo\r\n", "one\ntwo\n"),
        ("列車\x1b[31m\ra\n", "a 車\n"),
        ("e\u0301tude\rE\n", "Etude\n"),
        ("\u5217\ufe0f1\rab\n", "ab1\n"),
        ("\u1112\u1161\u11ab|\rA\n", "A |\n"),
        # where it goes in its line
        ("Working...\x1b[2K\x1b[1GDone\n", "Done\n"),
        ("Working...\x1b[1000D\x1b[KDone\n", "Done\n"),
        ("Load 10%\x1b[G\x1b[0KLoad 99%\x1b[0G\x1b[KDone\n", "Done\n"),
        ("abcdef\x1b[3D\x1b[1Kx\n", "   xef\n"),
        ("col1\x1b[9Gcol2\x1b[2Cend\n", "col1    col2  end\n"),
        ("a\x1b[999999999C\x1b[3Gb\n", "a b\n"),
        ("12345678X\r\tY\n", "12345678Y\n"),
        ("Name\tSize\r\tXX\n", "Name    XXze\n"),
        # what takes no room
        ("|\x07\x08/\x07\x08ok\n", "ok\n"),
        ("ab\x07c\rX\n", "Xb\\x07c\n"),
        ("ab\x00c\r\x07XYZ\n", "\\x07XYZ\n"),
        # everything else is the program's own
        ("  a\tb  \n\n\n c", "  a\tb  \n\n\n c"),
        ("^^^ here\n    ^^^^\n~~~\n", "^^^ here\n    ^^^^\n~~~\n"),
        ("é ✓ \u2028 x\n", "é ✓ \u2028 x\n"),
        ("", ""),
    ],
)
def test_normalize(raw: str, normal: str) -> None:
    assert normalize(raw, WHERE) == normal
    assert normalize(normal, WHERE) == normal, "normalizing twice changes nothing more"


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("\x1b[1;31mred\x1b[0m\n", "\x1b[1;31mred\x1b[0m\n"),
        ("\x1b[2Ja\x1b]8;;https://example.org\x07b\x07\n", "ab\\x07\n"),
        ("\x1b[32m10%\r\x1b[33m100%\x1b[0m\n", "\x1b[33m100%\x1b[0m\n"),
        # each cell keeps its colors, and the line ends in those that it has switched to
        ("abc\r\x1b[2J\x1b[31mx\n", "\x1b[31mx\x1b[0mbc\x1b[31m\n"),
        ("\x1b[31mred\x1b[0m|\x08 ok\nnext\n", "\x1b[31mred\x1b[0m ok\nnext\n"),
        ("\x1b[31mbad\x1b[0m..\x08\x08\x1b[K\nnext\n", "\x1b[31mbad\x1b[0m\nnext\n"),
        ("\x1b[31mloading\x1b[0m\rdone\n", "done\x1b[31ming\x1b[0m\n"),
        ("\x1b[31mload\r\x1b[Kdone\nnext\n", "\x1b[31mdone\nnext\n"),
        (
            "\x1b[1;31m\nload\rx\x1b[22my\n",
            "\x1b[1;31m\nx\x1b[0m\x1b[31my\x1b[1mad\x1b[0m\x1b[31m\n",
        ),
        (
            "\x1b[38;5;9ma\x1b[48;2;1;0;3mb\x1b[39;49mc\rx\n",
            "x\x1b[38;5;9;48;2;1;0;3mb\x1b[0mc\n",
        ),
        ("\x1b[31m\r\nred\x1b[0m\r\n", "\x1b[31m\nred\x1b[0m\n"),
        ("at \x1b[36m0x7f00\x1b[0m\n", "at \x1b[36maddress-1\x1b[0m\n"),
        ("\x1b[35m/tmp/x/run/\x1b[95ma.py\n", "\x1b[35m\x1b[95ma.py\n"),
    ],
)
def test_colors_stay_if_the_project_asks_for_them(raw: str, normal: str) -> None:
    assert normalize(raw, replace(WHERE, colors=True)) == normal


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a\n", [("", "a\n")]),
        ("\x1b[1;31mr\x1b[0mp", [(".Bold.Red", "r"), ("", "p")]),
        ("\x1b[31mr\x1b[32mg\x1b[39md", [(".Red", "r"), (".Green", "g"), ("", "d")]),
        ("\x1b[1mb\x1b[4mu\x1b[22mu", [(".Bold", "b"), (".Bold.Underline", "u"),
                                      (".Underline", "u")]),
        ("\x1b[91mr\x1b[44mo\x1b[49md", [(".Red", "r"), (".OnBlue.Red", "o"),
                                       (".Red", "d")]),
        ("\x1b[38;5;34mg\x1b[38;5;9mr\x1b[38;5;250mw", [(".Green", "g"), (".Red", "r"),
                                                     (".White", "w")]),
        ("\x1b[38;2;255;255;0my\x1b[mp", [(".Yellow", "y"), ("", "p")]),
        ("\x1b[38;2mx\x1b[38mx\x1b[38;5mx", [("", "x"), ("", "x"), ("", "x")]),
    ],
)  # fmt: skip
def test_parts_of_one_color_are_found(text: str, tokens: list[tuple[str, str]]) -> None:
    found = ColorLexer().get_tokens_unprocessed(text)
    assert [
        (str(kind).removeprefix("Token"), part) for _, kind, part in found
    ] == tokens


def test_addresses_that_are_the_same_on_every_run_stay() -> None:
    raw = "at 0x10 <A at 0x7f00> id=0xbeef <A at 0x7f00>\n"
    own = frozenset({"0x10", "0xbeef"})
    expected = "at 0x10 <A at address-1> id=0xbeef <A at address-1>\n"
    assert normalize(raw, replace(WHERE, own=own)) == expected
    assert normalize(raw, replace(WHERE, own=None)) == raw


def test_every_rule_is_documented() -> None:
    assert all(rule.title.endswith(".") and rule.reason.endswith(".") for rule in RULES)


def test_a_recording_reads_like_the_session() -> None:
    text = write_recording("python a.py", Transcript("one\ntwo\n", 1))
    assert text == "$ python a.py\none\ntwo\n[exit status: 1]\n"


@pytest.mark.parametrize(
    ("output", "status"),
    [
        ("", 0),
        ("", 3),
        ("a\n", -9),
        ("no newline", 0),
        ("no newline", 1),
        ("[exit status: 1]\n", 0),
        ("[exit status: 1]\n", 1),
        ("\\[exit status: 1]", 0),
        ("[no newline at the end]\n", 0),
        ("a\n[no newline at the end]", 2),
        ("\n", 0),
        ("\n\n", 0),
        ("a\u2028[exit status: 1]\n", 0),
        ("trailing  \n\t\n", 0),
    ],
)
def test_written_recording_is_read_back(output: str, status: int) -> None:
    text = write_recording("python a.py", Transcript(output, status))
    assert read_recording(text, "python a.py") == Transcript(output, status)
    crlf = text.replace("\n", "\r\n")
    assert read_recording(crlf, "python a.py") == Transcript(output, status)


pieces = st.sampled_from(
    ["a", " ", "\n", "\\", "[exit status: 1]", "[no newline at the end]", "\u2028", "$"]
)
outputs = st.lists(pieces, max_size=8).map("".join)


@given(outputs, st.integers(-2, 2), outputs, st.integers(-2, 2))
def test_different_runs_never_have_the_same_recording(
    output: str, status: int, other_output: str, other_status: int
) -> None:
    one = write_recording("python a.py", Transcript(output, status))
    other = write_recording("python a.py", Transcript(other_output, other_status))
    assert read_recording(one, "python a.py") == Transcript(output, status)
    assert (one == other) == ((output, status) == (other_output, other_status))


def test_a_recording_of_another_command_is_refused() -> None:
    with pytest.raises(RecordingError, match="first line"):
        read_recording("python a.py\n", "python a.py")


def test_diff_shows_trailing_whitespace() -> None:
    shown = diff("same\na\nb", "same\na \nb\t\n", "old", "new")
    assert shown == (
        "--- old\n+++ new\n@@ -1,3 +1,3 @@\n same\n-a\n-b\n"
        "\\ No newline at end of file\n+a·\n+b→\n"
        "(· is a blank and → a tab at the end of a line)\n"
    )


def test_diff_of_many_lines_is_cut_and_keeps_their_numbers() -> None:
    same = [f"same {n}\n" for n in range(5000)]
    new = [f"new {n}\n" for n in range(20_000)]
    old = "".join([*same, "old\n", *same])
    shown = diff(old, "".join([*same, *new]), "old", "new").splitlines()
    assert shown[2] == "@@ -4998,1000 +4998,1000 @@"
    assert shown[3:7] == [" same 4997", " same 4998", " same 4999", "-old"]
    assert shown[-1] == "(up to 19003 more lines are not compared)"
    assert len(shown) < 2010
    # The number of a line does not depend on how many are equal before it.
    assert "@@ -1,3 +1,3 @@" in diff("a\nb\nc\n", "a\nb\nd\n", "old", "new")


def test_diff_of_lines_that_look_like_its_header() -> None:
    shown = diff("-- x \n", "++ x \n", "old", "new")
    assert "--- x·\n" in shown
    assert "+++ x·\n" in shown


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("a\nb\n", "a\nc\n", 2),
        ("a\n", "a\nb\n", 2),
        ("a\nb\n", "a\n", 2),
        ("a", "b", 1),
    ],
)
def test_first_difference(old: str, new: str, line: int) -> None:
    assert first_difference(old, new) == line


def test_quote_keeps_the_last_lines() -> None:
    assert quote(map(str, range(5)), most=2) == "    (3 lines before)\n    3\n    4"


LIBRARY = Surroundings(folders=("/run",), library=("/lib/python3",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What a program prints after a frame is its own, indented or not.
        (
            '  File "/lib/python3/asyncio/timeouts.py", line 1, in f\n'
            "    raise TimeoutError from exc\n"
            "    total: 1\n",
            "  ...\n    total: 1\n",
        ),
        # Lines with carets under them belong to the frame, from Python 3.13 several.
        (
            '  File "/lib/python3/asyncio/base.py", line 1, in f\n'
            "    call(\n"
            "    ~~~~^\n"
            "        argument,\n"
            "        ^^^^^^^^^\n"
            "    ...<2 lines>...\n"
            "    )\n"
            "    ^\n"
            "ValueError: no\n",
            "  ...\nValueError: no\n",
        ),
    ],
)
def test_folded_frame_removes_only_its_own_lines(text: str, expected: str) -> None:
    assert normalize(text, LIBRARY) == expected
