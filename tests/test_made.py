"""The files that programs make: recorded, compared and shown."""

import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from PIL import Image
from sphinx.testing.util import SphinxTestApp

from conftest import Project
from example_output.metadata import ExampleError, read_metadata
from example_output.running.made import ORIENTATION, difference, unpack

RECORD = [sys.executable, "-m", "example_output", "--record"]
DRAW = """\
# /// script
# [tool.example-output]
# makes = ["plot.png", "data/sums.csv"]
# tolerance = 0.01
# ///
import os
import time

from PIL import Image, PngImagePlugin

os.mkdir("data")
with open("data/sums.csv", "w") as file:
    file.write("n,sum\\n1,1\\n")
now = PngImagePlugin.PngInfo()
now.add_text("Creation Time", str(time.time_ns()))
Image.new("RGB", (4, 3), (10, 20, 30)).save("plot.png", pnginfo=now)
"""


def picture(
    color: tuple[int, ...] | int,
    size: tuple[int, int] = (4, 3),
    mode: str = "RGB",
    turned: int = 0,
) -> bytes:
    file, exif = io.BytesIO(), Image.Exif()
    if turned:
        exif[ORIENTATION] = turned
    Image.new(mode, size, color).save(file, "jpeg" if turned else "png", exif=exif)
    return file.getvalue()


def frames(*shades: int, duration: int = 10, **more: int) -> bytes:
    file = io.BytesIO()
    first, *others = (Image.new("L", (4, 3), shade) for shade in shades)
    first.save(
        file, "gif", save_all=True, append_images=others, duration=duration, **more
    )
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "old", "new", "how"),
    [
        ("a.txt", b"1\r\n2\n", b"1\n2\n", ""),
        ("a.txt", b"1\n", b"2\n", "it differs"),
        ("a.svg", b"<svg/>", b"<svg />", "it differs"),
        ("a.bin", b"\0", b"\0", ""),
        ("a.bin", b"\0", b"\0\0", "it differs: 2 bytes, and 1 are recorded"),
        ("a.png", picture((0, 0, 0)), picture((1, 1, 1)), ""),
        ("a.png", picture((0, 0, 0)), picture((9, 9, 9)), "its pixels differ by 0.026"),
        (
            "a.png",
            picture((0, 0, 0)),
            picture((0, 0, 0), (3, 3)),
            "it has 3 x 3 pixels, and 4 x 3 are recorded",
        ),
        ("a.png", b"\0", picture((0, 0, 0)), "it cannot be compared"),
        ("a.gif", frames(0, 9), frames(0, 99), "its pixels differ by"),
        ("a.gif", frames(0, 9), frames(0, 9, 99), "it has 3 frames, orien"),
        (
            "a.gif",
            frames(0, 9),
            frames(0, 9, duration=90, loop=2),
            "it is shown for 90, 90 ms, loop 2, and 10, 10 ms, loop None is recorded",
        ),
        # More shades than a conversion keeps.
        ("a.png", picture(40_000, mode="I;16"), picture(300, mode="I;16"), "its pix"),
        ("a.png", picture(40_000, mode="I;16"), picture(40_100, mode="I;16"), ""),
        ("a.png", picture(9, mode="I;16"), picture(9, mode="L"), "it has 1 frames, o"),
        # An opaque picture looks the same, however it is stored.
        ("a.png", picture((9, 9, 9)), picture((9, 9, 9, 255), mode="RGBA"), ""),
        ("a.png", picture((9, 9, 9)), picture(9, mode="L"), ""),
        (
            "a.jpg",
            picture(9, mode="L"),
            picture(9, mode="L", turned=3),
            "it has 1 frames, o",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_are_compared_as_what_they_are(
    name: str, old: bytes, new: bytes, how: str
) -> None:
    found, rows = difference(name, old, new, 0.01)
    assert found.startswith(how)
    assert bool(found) == bool(how)
    assert bool(rows) == (how == "it differs")


def test_without_pillow_bytes_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    black, blue = picture((0, 0, 0)), picture((0, 0, 9))
    monkeypatch.setitem(sys.modules, "PIL", None)
    assert difference("a.png", black, black, 0) == ("", "")
    assert "if Pillow is installed" in difference("a.png", black, blue, 1)[0]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('makes = "a.png"', "makes is not a list of strings"),
        ('makes = ["../a.png"]', "is not a path below its folder"),
        ('makes = ["/a.png"]', "is not a path below its folder"),
        ('makes = ["a/b", "out"]', "'out' cannot be the name of a file"),
        ('makes = ["./a//b.txt"]', "'./a//b.txt' is 'a/b.txt', so write that"),
        ('makes = ["d/."]', "'d/.' is 'd', so write that"),
        ('makes = ["py"]', "'py' cannot be the name of a file"),
        ('makes = ["a/b.py"]', "'a/b.py' cannot be the name of a file"),
        ('makes = ["eager.out"]', "'eager.out' cannot be the name"),
        ('makes = ["from-3.12.out"]', "'from-3.12.out' cannot be the name"),
        ('makes = ["a/b", "a.b"]', "two files would have one recording"),
        ("tolerance = 2", "tolerance = 2 is not a number from 0 to 1"),
    ],
)
def test_wrong_declarations(line: str, message: str) -> None:
    block = f"# /// script\n# [tool.example-output]\n# {line}\n# ///\n"
    with pytest.raises(ExampleError, match=message):
        read_metadata(block.encode())


@pytest.fixture
def drawn(project: Callable[[str], Project]) -> Project:
    """A project with a program that makes files, recorded."""
    root = project("basic")
    root.write("examples/draw.py", DRAW)
    root.write("third.md", "# 3\n\n```{example} draw.py\n:alt: Four by three.\n```\n")
    done = root.command([*RECORD, "examples/draw.py"])
    assert done.status == 0, done.out
    assert "wrote examples/draw.plot.png\nwrote examples/draw.data.sums.csv" in done.out
    return root


def test_what_a_program_makes_is_recorded_and_shown(
    drawn: Project, app: Callable[..., SphinxTestApp]
) -> None:
    assert drawn.read("examples/draw.data.sums.csv") == "n,sum\n1,1\n"
    built = app(drawn)
    assert "[example_output" not in built.warning.getvalue()
    page = BeautifulSoup(Path(built.outdir, "third.html").read_text(), "html.parser")
    pictured, text = page.select(".example > .example-made")
    [image] = pictured.select("img")
    assert image["alt"] == "Four by three."
    assert Path(built.outdir, str(image["src"])).is_file()
    assert "n,sum\n1,1\n" in text.text
    for box in (pictured, text):
        [link] = box.select("a.download")
        assert Path(built.outdir, str(link["href"])).is_file()
    again = app(drawn)
    assert "0 run, 3 unchanged, 0 drifted" in again.status.getvalue()
    drawn.replace("examples/draw.py", "(10, 20, 30)", "(90, 20, 30)")
    drifted = app(drawn).warning.getvalue()
    assert "plot.png, which it makes, is not as recorded: its pixels" in drifted


@pytest.mark.slow
def test_each_file_counts(drawn: Project) -> None:
    # Another date is in the file, and its pixels are the same.
    assert "nothing changed" in drawn.command([*RECORD, "examples/draw.py"]).out
    assert drawn.pytest("examples/draw.py").status == 0
    drawn.replace("examples/draw.py", "1,1", "1,2")
    assert "-1,1\n+1,2\n" in drawn.pytest("examples/draw.py").plain
    drawn.replace("examples/draw.py", 'sums.csv"]', 'none.csv"]')
    missing = drawn.command([*RECORD, "examples/draw.py"]).plain
    assert "examples/draw.py:1: it has not made data/none.csv" in missing
    drawn.replace("examples/draw.py", 'none.csv"]', 'sums.csv"]')
    drawn.replace("examples/draw.py", "(10, 20, 30)", "time.time_ns() % 251")
    differs = drawn.command([*RECORD, "examples/draw.py"]).plain
    assert "plot.png, which it makes, is not the same in all runs: its" in differs


def test_what_a_program_is_given_is_nothing_that_it_makes(drawn: Project) -> None:
    drawn.write("examples/data/sums.csv", "n,sum\n1,1\n")
    drawn.replace("examples/draw.py", "# tol", '# files = ["data"]\n# tol')
    done = drawn.command([*RECORD, "examples/draw.py"])
    assert done.status == 1
    assert (
        "draw.py: makes: it is given data/sums.csv, so let it write another file\n"
        "at examples/draw.py:3\n"
    ) in done.plain


def test_what_it_is_given_is_not_where_what_it_makes_is_recorded(
    drawn: Project,
) -> None:
    drawn.write("examples/draw.data.sums.csv", "written by hand\n")
    drawn.replace(
        "examples/draw.py", "# tol", '# files = ["draw.data.sums.csv"]\n# tol'
    )
    done = drawn.command([*RECORD, "examples/draw.py"])
    assert "makes: it is given draw.data.sums.csv, so let it write" in done.plain
    assert drawn.read("examples/draw.data.sums.csv") == "written by hand\n"


def test_an_address_in_a_file_that_is_the_same_on_every_run_is_the_programs_own(
    drawn: Project, app: Callable[..., SphinxTestApp]
) -> None:
    write = "open('map.txt', 'w').write(f'entry at 0x401000, {object()}\\n')\n"
    table = '# /// script\n# [tool.example-output]\n# makes = ["map.txt"]\n# ///\n'
    drawn.write("examples/draw.py", table + write)
    for name in ("draw.plot.png", "draw.data.sums.csv"):
        (drawn / "examples" / name).unlink()
    done = drawn.command([*RECORD, "examples/draw.py"])
    assert done.status == 0, done.plain
    recorded = "entry at 0x401000, <object object at address-1>\n"
    assert drawn.read("examples/draw.map.txt") == recorded
    assert "[example_output" not in app(drawn).warning.getvalue()
    drawn.replace("examples/draw.py", "0x401000", "0x999999")
    assert "+entry at address-1, <object" in app(drawn).warning.getvalue()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes")
def test_a_pipe_is_no_file_that_it_has_made(drawn: Project) -> None:
    drawn.replace("examples/draw.py", 'data/sums.csv"]', 'pipe"]')
    program = drawn.read("examples/draw.py")
    drawn.write("examples/draw.py", f"{program}import os; os.mkfifo('pipe')\n")
    done = drawn.command([*RECORD, "examples/draw.py"])
    assert "it has not made pipe" in done.plain


def test_two_examples_never_record_one_file(drawn: Project) -> None:
    drawn.write("examples/draw.data.py", "pass\n")
    done = drawn.command([*RECORD, "examples/draw.py"])
    assert done.status == 1
    assert (
        "draw.py: makes: data/sums.csv would be recorded in draw.data.sums.csv, as one "
        "of draw.data.py: let it write another file, or rename one\n"
        "at examples/draw.py:3\n"
    ) in done.plain


def test_where_nothing_can_be_recorded_no_made_file_is(drawn: Project) -> None:
    drawn.write("examples/draw.out", "of somebody else\n")
    drawn.write("examples/draw.data.sums.csv", "n,sum\n9,9\n")
    done = drawn.command([*RECORD, "examples/draw.py"])
    assert done.status == 1
    assert drawn.read("examples/draw.data.sums.csv") == "n,sum\n9,9\n"


def test_a_picture_too_large_to_compare_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 5)  # of which twice as many raise
    found, _ = difference("a.png", picture((0, 0, 0)), picture((9, 9, 9)), 0)
    assert found.startswith("it cannot be compared: Image size (12 pixels)")


def test_an_empty_file_is_a_text_like_any_other() -> None:
    assert difference("log.txt", b"", b"", 0) == ("", "")
    for old, new in ((b"one\n", b""), (b"", b"one\n")):
        how, rows = difference("log.txt", old, new, 0)
        assert how == "it differs"
        assert "one" in rows


@pytest.mark.parametrize("packed", ["a", "é", "\n"])
def test_what_nothing_has_packed_is_no_file(packed: str) -> None:
    assert unpack(packed) is None
