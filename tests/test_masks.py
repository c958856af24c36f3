"""Masks, and programs that do not end by themselves."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from conftest import Project
from example_output.normalize import Surroundings, checked_masks, normalize
from example_output.transcript import (
    Transcript,
    read_recording,
    without_order,
    write_recording,
)

RANDOM = (
    "# /// script\n# [tool.example-output]\n"
    "# masks = [['port \\d+', 'port N']]\n# ///\n"
    "import secrets\nimport time\n\n"
    "print('port', 1000 + secrets.randbelow(9000))\n"
    "print(f'in {time.perf_counter_ns()} ms')\n"
)
MASKS = "example_output_masks = [(r'^in (\\d+) ms$', r'in N ms')]\n"


@pytest.mark.parametrize(
    ("pattern", "replacement", "output", "masked"),
    [
        (r"\d+", "N", "1 and 22\n", "N and N\n"),
        (r"^(\w)=.*$", r"\1=?", "a=1\nb=2\n", "a=?\nb=?\n"),
        ("(?i)A", "x", "Aa\n", "xx\n"),
        ("0x[0-9a-f]+", "X", "at 0x1f\n", "at X\n"),
    ],
)
def test_masks_replace_what_they_match(
    pattern: str, replacement: str, output: str, masked: str
) -> None:
    # The recorder keeps addresses at first; a mask sees the same text.
    for own in (frozenset[str](), None):
        masks = ((pattern, replacement), ("none", ""))
        where = Surroundings(("/run",), own=own, masks=masks)
        assert normalize(output, where) == masked
        assert where.matched == {pattern}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("x", "not a list"),
        ([("a",)], "not a regular expression and its replacement"),
        ([(re.compile("a"), "b")], "both of them texts"),
        ([("(", "b")], r"'\(' cannot be used: missing \)"),
        ([("a", r"\1")], "'a' cannot be used: invalid group reference 1"),
    ],
)
def test_masks_that_cannot_be_used(value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        checked_masks(value)


@pytest.fixture
def masked(project: Callable[[str], Project]) -> Project:
    """A project with an example that prints something else on every run."""
    root = project("basic")
    root.write("conf.py", root.read("conf.py") + MASKS)
    root.write("examples/chance.py", RANDOM)
    root.write("third.md", "# Third\n\n```{example} chance.py\n```\n")
    return root


def test_recorder_pytest_and_build_mask_the_same(
    masked: Project, app: Callable[..., SphinxTestApp]
) -> None:
    assert masked.pytest("--example-record", "examples/chance.py").status == 0
    text = masked.read("examples/chance.out")
    assert text == "$ python chance.py\nport N\nin N ms\n"
    assert masked.pytest("examples/chance.py").status == 0
    built = app(masked)
    assert "[example_output" not in built.warning.getvalue()
    assert "port N" in Path(built.outdir, "third.html").read_text()
    # The masks are part of the key, and so is what they have matched of the result.
    again = app(masked)
    assert "0 run, 3 unchanged, 0 drifted" in again.status.getvalue()
    assert "[example_output" not in again.warning.getvalue()
    masked.replace("conf.py", "'in N ms'", "'in ? ms'")
    assert "3 run, 0 unchanged, 1 drifted" in app(masked).status.getvalue()


def test_masks_that_match_nothing_are_warnings(masked: Project) -> None:
    assert masked.pytest("--example-record", "examples/chance.py").status == 0
    masked.replace("examples/chance.py", "'port N']", "'port N'], ['none', 'x']")
    masked.replace("conf.py", "masks = [", "masks = [('never', 'x'), ")
    done = masked.build()
    cause = "chance.py: its mask 'none' matches nothing that it prints"
    assert cause in done.plain
    whole = "the mask 'never' matches nothing in any output"
    assert whole in done.plain
    assert done.status == 1
    assert cause in masked.pytest("examples/chance.py").plain
    refused = masked.pytest("--example-record", "examples/chance.py")
    assert refused.status == 1
    assert cause in refused.plain


# -- Programs that do not end --------------------------------------------------------

SERVER = (
    '# /// script\n# [tool.example-output]\n# ends = "timeout"\n# timeout = 3\n'
    "# ///\nimport time\n\nprint('serving')\ntime.sleep({})\n"
)


@pytest.mark.parametrize(
    "output", ["", "a\n", "no end", "[stopped while it was running]"]
)
def test_an_ending_is_recorded_and_read_again(output: str) -> None:
    stopped = Transcript(output, ending="timeout")
    text = write_recording("python a.py", stopped)
    assert read_recording(text, "python a.py") == stopped
    ended = write_recording("python a.py", Transcript(output))
    assert text != ended
    assert read_recording(ended, "python a.py") == Transcript(output)
    lines = without_order(write_recording("x", Transcript("b\na\n", ending="timeout")))
    assert lines == "$ x\na\nb\n[stopped while it was running]\n"
    assert Transcript(**json.loads(json.dumps(asdict(stopped)))) == stopped


def test_a_server_is_stopped_and_passes(
    project: Callable[[str], Project], app: Callable[..., SphinxTestApp]
) -> None:
    root = project("basic")
    root.write("examples/server.py", SERVER.format(60))
    root.write("third.md", "# Third\n\n```{example} server.py\n```\n")
    assert root.pytest("--example-record", "examples/server.py").status == 0
    recorded = root.read("examples/server.out")
    assert recorded == "$ python server.py\nserving\n[stopped while it was running]\n"
    assert root.pytest("examples/server.py").status == 0
    built = app(root)
    assert "[example_output" not in built.warning.getvalue()
    page = Path(built.outdir, "third.html").read_text()
    assert "Stopped while it was running." in page
    assert "serving" in page


@pytest.mark.slow
def test_a_server_that_ends_by_itself_fails(project: Callable[[str], Project]) -> None:
    root = project("basic")
    recorded = "$ python server.py\nserving\n[stopped while it was running]\n"
    root.write("examples/server.out", recorded)
    root.write("examples/server.py", SERVER.format(0))
    done = root.pytest("examples/server.py")
    assert 'it ended by itself, and it declares ends = "timeout"' in done.plain
    assert root.pytest("--example-record", "examples/server.py").status == 1
    assert root.read("examples/server.out") == recorded
