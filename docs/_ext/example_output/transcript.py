"""What a run printed, made comparable, and the recording that it is compared with."""

import difflib
import re
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

Ending = Literal["exit", "timeout", "limit"]
"""How a run ended: by itself, stopped at the time-out, or at the size limit."""


@dataclass(frozen=True)
class Transcript:
    """The normalized output of one run: both streams, in the order of a terminal."""

    output: str
    status: int = 0
    """The exit status; negative for a signal, as in :mod:`subprocess`."""
    ending: Ending = "exit"
    seconds: float = 0.0
    """Wall time of the run; never part of a page or a comparison."""
    timeline: str = ""
    """What its tasks did, as :mod:`.timeline` writes it, where that was asked for."""


def _lines(text: str) -> list[str]:
    """Split at line feeds only: str.splitlines() also splits at U+2028 and the like."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


# -- Normalizing ---------------------------------------------------------------------


@dataclass(frozen=True)
class Surroundings:
    """The places of one run that its output may name."""

    folders: tuple[str, ...]
    """Where the program lay; a prefix of its path in tracebacks."""
    home: tuple[str, ...] = ()
    """Its home and temporary folder."""
    library: tuple[str, ...] = ()
    """Where the interpreter's own modules and installed packages are."""
    executable: str = ""
    """The interpreter."""


class Rule(NamedTuple):
    """One thing that normalizing changes; ``title`` and ``reason`` are for readers."""

    title: str
    reason: str
    apply: Callable[[str, Surroundings], str]


# ECMA-48: a control sequence, an operating system command, or another escape.
_ESCAPE = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_ADDRESS = re.compile(r"(?P<before>\b(?:at |id=))0x(?P<digits>[0-9A-Fa-f]+)\b")
_FRAME = re.compile(
    r'(?P<margin>[ |]*)  File "(?P<file>[^"\n]+)", line \d+(?:,? in .*)?\n?'
)
_TRACEBACK = re.compile(
    r"[ |+]*(?:Exception Group )?Traceback \(most recent call last\):\n?"
)
_CARETS = re.compile(r"[ |]*[~^][~^ ]*\n?")
_ELIDED = re.compile(r"[ |]*    \.\.\.<\d+ lines>\.\.\.\n?")
_REPEATED = re.compile(r"[ |]*  \[Previous line repeated \d+ more times?\]\n?")


def _line_endings(text: str, _where: Surroundings) -> str:
    return text.replace("\r\n", "\n")


def _escape_sequences(text: str, _where: Surroundings) -> str:
    text = _ESCAPE.sub("", text)
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _library_frames(text: str, where: Surroundings) -> str:
    return "".join(_fold(_lines(text), where.library))


def _fold(lines: list[str], library: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines with each run of library frames as one ``...`` line."""
    last, position, inside = "", 0, False
    while position < len(lines):
        line = lines[position]
        if not (frame := _FRAME.fullmatch(line)):
            yield line
            last, position = line, position + 1
            inside = bool(_TRACEBACK.fullmatch(line))
            continue
        end = _frame_end(lines, position + 1, frame["margin"], inside=inside)
        if _in_library(frame["file"], library):
            fold = f"{frame['margin']}  ...\n"
            if last != fold:
                yield fold
            last = fold
        else:
            last = line
            yield from (
                row for row in lines[position:end] if not _CARETS.fullmatch(row)
            )
        position = end


def _frame_end(lines: list[str], start: int, margin: str, *, inside: bool) -> int:
    """The index after the source lines and carets that belong to one frame.

    Inside a traceback, all that is indented: a statement may have several lines (from
    3.13 on they are shown), and the exception ends the traceback.  Elsewhere one line,
    or as many as have carets under them: what the program prints next may be indented,
    too.
    """
    end = start
    while end < len(lines):
        following = lines[end + 1] if end + 1 < len(lines) else ""
        indented = lines[end].startswith(f"{margin}    ")
        if not (
            _CARETS.fullmatch(lines[end])
            or _REPEATED.fullmatch(lines[end])
            or _ELIDED.fullmatch(lines[end])
            or (indented and (inside or end == start or _CARETS.fullmatch(following)))
        ):
            break
        end += 1
    return end


def _in_library(file: str, library: tuple[str, ...]) -> bool:
    roots = tuple(folder + separator for folder in library for separator in "/\\")
    return file.startswith(("<frozen ", *roots))


def _own_paths(text: str, where: Surroundings) -> str:
    for folder in sorted(where.folders, key=len, reverse=True):
        text = re.sub(re.escape(folder) + r"[/\\]", "", text).replace(folder, ".")
    for folder in sorted(where.home, key=len, reverse=True):
        text = text.replace(folder, "~")
    return text


def _library_paths(text: str, where: Surroundings) -> str:
    if where.executable:
        text = text.replace(where.executable, "python")
    for folder in sorted(where.library, key=len, reverse=True):
        place = re.compile(re.escape(folder) + r"[/\\]([^\s:'\"]*)(:\d+)?")
        text = place.sub(
            lambda found: (
                f"<library>/{found[1]}".replace("\\", "/")
                + (":..." if found[2] else "")
            ),
            text,
        )
    return text


def _addresses(text: str, _where: Surroundings) -> str:
    seen: dict[int, str] = {}

    def placeholder(found: re.Match[str]) -> str:
        number = int(found["digits"], 16)
        name = seen.setdefault(number, f"address-{len(seen) + 1}")
        return f"{found['before']}{name}"

    return _ADDRESS.sub(placeholder, text)


RULES: tuple[Rule, ...] = (
    Rule(
        "Line endings are line feeds.",
        "Windows ends each line with a carriage return and a line feed.",
        _line_endings,
    ),
    Rule(
        "Escape sequences go; other control characters are spelled out, as ``\\x07``.",
        "A page is not a terminal: it has no cursor, no bell and no colours to switch.",
        _escape_sequences,
    ),
    Rule(
        "Frames inside the standard library or an installed package fold into one "
        "line, ``...``, and lines of carets go.",
        "Both differ between patch releases of Python; the frames of the example and "
        "the last line do not.",
        _library_frames,
    ),
    Rule(
        "The example's path becomes its file name, its folder ``.``, and its home and "
        "temporary folder ``~``.",
        "Each run has folders of its own, with names made for it.",
        _own_paths,
    ),
    Rule(
        "A path in the standard library or in an installed package begins with "
        "``<library>``, its line number becomes ``...``, and the interpreter's own "
        "path becomes ``python``.",
        "They tell where Python is installed on the machine that built the page.",
        _library_paths,
    ),
    Rule(
        "A memory address after ``at`` or ``id=`` becomes ``address-1``, ``address-2`` "
        "and so on; equal addresses stay equal.",
        "Addresses differ on every run.",
        _addresses,
    ),
)


def normalize(output: str, where: Surroundings) -> str:
    """Apply :data:`RULES`, in their order, and touch nothing else."""
    for rule in RULES:
        output = rule.apply(output, where)
    return output


# -- Recordings ----------------------------------------------------------------------

_NO_NEWLINE = "[no newline at the end]"
_ORDERS = re.compile(r"\[order varies: (\d+) orders? in (\d+) runs\]")
_STATUS = re.compile(r"\[exit status: (-?\d+)\]")
# A line of output that looks like one of the three above is told apart by a backslash.
_MARKS = r"\\*\[(?:exit status: |no newline |order varies: )"
_AMBIGUOUS = re.compile(rf"(?m)^({_MARKS})")
_ESCAPED = re.compile(rf"(?m)^\\({_MARKS})")


class RecordingError(ValueError):
    """A recording that nothing could have written: line 1 is not the command."""


def write_recording(command: str, transcript: Transcript) -> str:
    """The text of a recording: the console session as a reader would see it.

    Two transcripts that differ in output or status never have the same text.
    """
    body = _AMBIGUOUS.sub(r"\\\1", transcript.output)
    if body and not body.endswith("\n"):
        body += f"\n{_NO_NEWLINE}\n"
    tail = f"[exit status: {transcript.status}]\n" if transcript.status else ""
    return f"$ {command}\n{body}{tail}"


def read_recording(text: str, command: str) -> Transcript:
    """The transcript that :func:`write_recording` wrote as ``text``.

    :raises RecordingError: if the first line is not ``$`` and the command.
    """
    text = text.replace("\r\n", "\n")
    first, _, body = text.partition("\n")
    if first != f"$ {command}":
        raise RecordingError(f"its first line is {first!r}, not '$ {command}'")
    lines = _lines(body)
    if lines and _ORDERS.fullmatch(lines[-1].rstrip("\n")):
        lines.pop()
    status = 0
    if lines and (found := _STATUS.fullmatch(lines[-1].rstrip("\n"))):
        status = int(found[1])
        lines.pop()
    if lines and lines[-1].rstrip("\n") == _NO_NEWLINE:
        lines.pop()
        lines[-1:] = [lines[-1].removesuffix("\n")] if lines else []
    return Transcript(_ESCAPED.sub(r"\1", "".join(lines)), status)


def write_orders(text: str, orders: int, runs: int) -> str:
    """A recording's text, with how many orders of its lines were seen."""
    plural = "" if orders == 1 else "s"
    return f"{text}[order varies: {orders} order{plural} in {runs} runs]\n"


def read_orders(text: str) -> tuple[int, int] | None:
    """How many orders were seen, and in how many runs; ``None`` if nothing says so."""
    last = text.replace("\r\n", "\n").rstrip("\n").rpartition("\n")[2]
    found = _ORDERS.fullmatch(last)
    return (int(found[1]), int(found[2])) if found else None


def without_order(text: str) -> str:
    """A recording's text with its output sorted by lines: what a set of lines says."""
    command, *lines = _lines(text)
    if lines and _ORDERS.fullmatch(lines[-1].rstrip("\n")):
        lines.pop()
    last = lines.pop() if lines and _STATUS.fullmatch(lines[-1].rstrip("\n")) else ""
    return "".join([command, *sorted(lines), last])


def diff(old: str, new: str, old_name: str, new_name: str) -> str:
    """The unified diff of two texts, with what cannot be seen made visible.

    Blanks at the end of a changed line are shown as ``·`` and ``→``, and a missing
    newline at the end as a line that says so.
    """
    rows = difflib.unified_diff(
        _lines(old), _lines(new), old_name, new_name, lineterm="\n"
    )
    shown = [
        row if number < 2 or row.startswith("@@") else _visible(row)
        for number, row in enumerate(rows)
    ]
    if any(row.endswith(("·\n", "→\n")) for row in shown):
        shown.append("(· is a blank and → a tab at the end of a line)\n")
    return "".join(shown)


def _visible(row: str) -> str:
    line = row.rstrip("\n")
    kept = line.rstrip(" \t") if line[:1] in "+-" else line
    blanks = line[len(kept) :].replace(" ", "·").replace("\t", "→")
    ending = "" if row.endswith("\n") else "\n\\ No newline at end of file"
    return f"{kept}{blanks}{ending}\n"


def first_difference(old: str, new: str) -> int:
    """The 1-based line at which two texts begin to differ."""
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    for number, (left, right) in enumerate(pairs, 1):
        if left != right:
            return number
    return min(old.count("\n"), new.count("\n")) + 1


def quote(lines: Iterable[str], most: int = 30) -> str:
    """The last ``most`` lines, indented, for the text of a warning."""
    rows = list(lines)
    cut = [f"({len(rows) - most} lines before)"] if len(rows) > most else []
    return textwrap.indent("\n".join([*cut, *rows[-most:]]), "    ")
