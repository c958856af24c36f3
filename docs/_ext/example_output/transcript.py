"""Transcripts of runs, and the recordings that they are compared with."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from example_output.normalize import _lines
from example_output.running.terminal import COLOR

Ending = Literal["exit", "timeout", "limit", "gone"]
"""How a run ended: by itself, stopped at the time-out, or at the size limit.

Or it never began, because a file of its example was gone.
"""
_AROUND = 3  # equal lines that a diff shows before the first difference
_COMPARED = 1000  # lines that a diff compares, from there on


@dataclass(frozen=True)
class Transcript:
    """The normalized output of one run: both streams, in the order of their writes."""

    output: str
    status: int = 0
    """The exit status; negative for a signal, as in :mod:`subprocess`."""
    ending: Ending = "exit"
    seconds: float = 0.0
    """Wall time of the run; never part of a page or a comparison."""
    timeline: str = ""
    """The text of its timeline, if one was requested; see :mod:`.events`."""
    masked: list[str] = field(default_factory=list)
    """The masks that have matched, by their regular expressions."""
    made: dict[str, str] = field(default_factory=dict)
    """The files that it made and declares, as :mod:`.running.made` packs them."""

    @property
    def plain(self) -> str:
        """The output without its colors."""
        return COLOR.sub("", self.output)


def fingerprint(text: str, status: int = 0) -> str:
    """A digest of the output and exit status of a run, or of its timeline."""
    return hashlib.sha256(f"{status}\n{text}".encode()).hexdigest()


# -- Recordings ----------------------------------------------------------------------

_NO_NEWLINE = "[no newline at the end]"
_ORDERS = re.compile(r"\[order varies: (\d+) orders? in (\d+) runs\]")
_STATUS = re.compile(r"\[exit status: (-?\d+)\]")
_STOPPED = "[stopped while it was running]"
# A backslash marks a line of output that looks like one of those above.
_MARKS = r"\\*\[(?:exit status: |no newline |order varies: |stopped while )"
_AMBIGUOUS = re.compile(rf"(?m)^({_MARKS})")
_ESCAPED = re.compile(rf"(?m)^\\({_MARKS})")


class RecordingError(ValueError):
    """A recording cannot be read: its first line is not the command."""


def write_recording(command: str, transcript: Transcript) -> str:
    """The text of a recording: the console session as a reader would see it.

    Two transcripts that differ in output, status or ending never have the same text.
    """
    body = _AMBIGUOUS.sub(r"\\\1", transcript.output)
    if body and not body.endswith("\n"):
        body += f"\n{_NO_NEWLINE}\n"
    tail = f"[exit status: {transcript.status}]\n" if transcript.status else ""
    tail = tail if transcript.ending == "exit" else f"{_STOPPED}\n"
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
    ending: Ending = "exit"
    if lines and lines[-1].rstrip("\n") == _STOPPED:
        ending = "timeout"
        lines.pop()
    if lines and (found := _STATUS.fullmatch(lines[-1].rstrip("\n"))):
        status = int(found[1])
        lines.pop()
    if lines and lines[-1].rstrip("\n") == _NO_NEWLINE:
        lines.pop()
        lines[-1:] = [lines[-1].removesuffix("\n")] if lines else []
    return Transcript(_ESCAPED.sub(r"\1", "".join(lines)), status, ending)


def write_orders(text: str, orders: int, runs: int) -> str:
    """A recording's text, with the number of different orders of its lines."""
    plural = "" if orders == 1 else "s"
    return f"{text}[order varies: {orders} order{plural} in {runs} runs]\n"


def read_orders(text: str) -> tuple[int, int] | None:
    """The number of orders and of runs, or ``None`` if the text has neither."""
    last = text.replace("\r\n", "\n").rstrip("\n").rpartition("\n")[2]
    found = _ORDERS.fullmatch(last)
    return (int(found[1]), int(found[2])) if found else None


def without_order(text: str) -> str:
    """A recording's text with its output lines sorted, to ignore their order."""
    command, *lines = _lines(text)
    if lines and _ORDERS.fullmatch(lines[-1].rstrip("\n")):
        lines.pop()
    final = lines[-1].rstrip("\n") if lines else ""
    last = lines.pop() if final == _STOPPED or _STATUS.fullmatch(final) else ""
    return "".join([command, *sorted(lines), last])


def diff(old: str, new: str, old_name: str, new_name: str) -> str:
    """The unified diff of two texts, with invisible differences made visible.

    Trailing blanks and tabs of changed lines are shown as ``·`` and ``→``, and a line
    reports a missing newline at the end.
    """
    import difflib  # rarely needed, as a build is mostly green

    one, other = _lines(old), _lines(new)
    # What difflib does with many lines can take minutes.
    equal = max(first_difference(old, new) - 1 - _AROUND, 0)
    end = equal + _COMPARED
    rows = difflib.unified_diff(
        one[equal:end], other[equal:end], old_name, new_name, lineterm="\n"
    )
    shown = [
        row if number < 2 else _shown_row(row, equal) for number, row in enumerate(rows)
    ]
    if any(row.endswith(("·\n", "→\n")) for row in shown):
        shown.append("(· is a blank and → a tab at the end of a line)\n")
    if cut := max(len(one), len(other), end) - end:
        shown.append(f"(up to {cut} more lines are not compared)\n")
    return "".join(shown)


def _shown_row(row: str, before: int) -> str:
    """A row of a diff.

    :param before: how many lines come before those that were compared.
    """
    if not row.startswith("@@"):
        return _visible(row)
    return re.sub(r"([-+])(\d+)", lambda at: f"{at[1]}{int(at[2]) + before}", row)


def _visible(row: str) -> str:
    line = row.rstrip("\n")
    kept = line.rstrip(" \t") if line[:1] in "+-" else line
    blanks = line[len(kept) :].replace(" ", "·").replace("\t", "→")
    ending = "" if row.endswith("\n") else "\n\\ No newline at end of file"
    return f"{kept}{blanks}{ending}\n"


def first_difference(old: str, new: str) -> int:
    """The first line, counted from 1, in which two texts differ."""
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    for number, (left, right) in enumerate(pairs, 1):
        if left != right:
            return number
    return min(old.count("\n"), new.count("\n")) + 1


def quote(lines: Iterable[str], most: int = 30) -> str:
    """The last ``most`` lines, indented, for the text of a warning."""
    rows = list(lines)
    cut = [f"({len(rows) - most} lines before)"] if len(rows) > most else []
    shown = [*cut, *rows[-most:]]
    return "\n".join(f"    {row}" if row.strip() else row for row in shown)
