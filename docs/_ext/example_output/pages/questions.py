"""The answers of questions about programs, from their recordings alone.

Each function takes what was recorded for each range of Pythons: a question has one
answer, so that it is right whichever Python a reader has.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from example_output.pages.claims import _TRACEBACK, FactError, _last_line
from example_output.pages.words import _, decimal
from example_output.timeline.events import Event
from example_output.transcript import Transcript

T = TypeVar("T")

MOST = 8
"""More choices, or lines to put in order, than that are work."""


class QuestionError(ValueError):
    """A question has no answer, or several; the message says why."""

    def __init__(self, cause: str, cure: str = "Ask about another example") -> None:
        super().__init__(cause)
        self.cure = cure


@dataclass(frozen=True)
class Choice:
    """One choice of a question."""

    text: str
    """An output, or a line of a program."""
    verdict: str
    """What is said of it, after the name of ``program`` if it has one."""
    right: bool
    program: str = ""
    """The name of the example whose output it is."""


def _same(found: Sequence[T]) -> T:
    """What is the same on every Python."""
    if not found:
        raise QuestionError("it has no recording to take the answer from", "Record it")
    if any(other != found[0] for other in found[1:]):
        raise QuestionError("the answer is not the same on every supported Python")
    return found[0]


def _enough(count: int) -> None:
    if not 2 <= count <= MOST:
        plural = "" if count == 1 else "s"
        cause = f"there is a choice of {count} thing{plural}"
        raise QuestionError(cause, f"Offer 2 to {MOST}")


def _words(line: str) -> str:
    """A line as a page shows it, where blanks are all alike."""
    return " ".join(line.split())


# -- Order, choose -------------------------------------------------------------------


def order(outputs: Sequence[Transcript], *, varies: bool = False) -> list[str]:
    """The lines of an output in their order.

    :param varies: whether the example says that their order varies.
    :raises QuestionError: if they have no certain order, or cannot be told apart.
    """
    if varies:
        raise QuestionError("the order of its lines varies")
    lines = _same([output.plain.splitlines() for output in outputs])
    if not 2 <= len(lines) <= MOST:
        raise QuestionError(f"it prints {len(lines)} lines, not 2 to {MOST}")
    shown = [_words(line) for line in lines]
    if "" in shown:
        raise QuestionError("it prints an empty line, which cannot be told from others")
    for line in shown:
        if shown.count(line) > 1:
            raise QuestionError(f"two choices are equal: it prints {line!r} twice")
    return lines


def mixed(lines: Sequence[str]) -> list[str]:
    """Lines in an order that is the same in every build, and is not the right one."""
    found = sorted(lines)
    return found if found != list(lines) else found[::-1]


def choose(
    right: str,
    outputs: Mapping[str, Sequence[Transcript]],
    varying: Sequence[str] = (),
) -> list[Choice]:
    """The outputs of several examples, in an order that says nothing.

    :param right: the name of the example that the question is about.
    :param outputs: by the name of the example.
    :param varying: the names of those that say that the order of their lines varies.
    :raises QuestionError: if two of them cannot be told apart on some Python.
    """
    found: dict[str, str] = {}
    for name, recorded in outputs.items():
        if name in varying:
            raise QuestionError(f"the order of the lines of {name} varies")
        try:
            text = _same([output.plain.rstrip() for output in recorded])
        except QuestionError as error:
            raise QuestionError(f"of {name}: {error}", error.cure) from None
        for other, known in found.items():
            if text.split() == known.split():
                raise QuestionError(f"two choices are equal: {other} and {name}")
        found[name] = text
    _enough(len(found))
    names = sorted(found, key=lambda n: hashlib.sha256(found[n].encode()).digest())
    return [Choice(found[n], _(" prints this."), n == right, n) for n in names]


# -- Where ---------------------------------------------------------------------------


def find_lines(source: str, texts: Sequence[str]) -> list[int]:
    """The numbers of the lines that contain these texts, in their order.

    :raises QuestionError: if a text is not on exactly one line, or there is one choice.
    """
    lines = source.splitlines()
    numbers = []
    for text in texts:
        found = [number for number, line in enumerate(lines, 1) if text in line]
        if len(found) != 1:
            where = f"on {len(found)} lines" if found else "on no line"
            raise QuestionError(f"the text {text!r} is {where}, not on one", "Fix it")
        if found[0] in numbers:
            raise QuestionError(f"two choices are equal: both are line {found[0]}")
        numbers += found
    _enough(len(numbers))
    return sorted(numbers)


def raises(
    source: str, texts: Sequence[str], outputs: Sequence[Transcript], file: str
) -> list[Choice]:
    """The lines of a program, one of which raises the error of the traceback.

    :param texts: on each of the lines.
    :param file: the name of the program in tracebacks.
    :raises QuestionError: if there is no such line, or it is none of these.
    """
    frames = _same([_frames(output, file) for output in outputs])
    error = _last_line(outputs[0])
    lines, numbers = source.splitlines(), find_lines(source, texts)
    _among(numbers, frames[-1], lines)
    said = {
        number: _(
            "The error passes through line {line} and is raised further down.",
            line=number,
        )
        for number in frames
    }
    said[frames[-1]] = _("Line {line} raises {error}", line=frames[-1], error=error)
    return [
        Choice(
            lines[number - 1].strip(),
            said.get(number) or _("Line {line} is not in the traceback.", line=number),
            number == frames[-1],
        )
        for number in numbers
    ]


def _frames(output: Transcript, file: str) -> list[int]:
    """The lines of the program in the traceback, the one that raises last."""
    count = sum(map(bool, map(_TRACEBACK.fullmatch, output.plain.splitlines())))
    if count != 1:
        which = f"it has {count} tracebacks" if count else "there is no traceback"
        raise QuestionError(f"{which} in its recording, where one is asked for")
    found = re.findall(rf'File "{re.escape(file)}", line (\d+)', output.plain)
    try:
        _last_line(output)
    except FactError as error:
        raise QuestionError(str(error)) from None
    if not found:
        raise QuestionError("its traceback names no line of the program")
    return list(map(int, found))


def last(
    source: str, texts: Sequence[str], timelines: Sequence[Sequence[Event]]
) -> list[Choice]:
    """The lines of a program, one of which is reached last.

    :param texts: on each of the lines, which print: a timeline has all that is printed.
    :raises QuestionError: if the timelines do not say which.
    """
    printed = _same([_printed(events) for events in timelines])
    lines, numbers = source.splitlines(), find_lines(source, texts)
    for number in numbers:
        if "print(" not in lines[number - 1]:
            cause = f"line {number} prints nothing, so a timeline may not have it"
            raise QuestionError(cause, "Name lines with print()")
    if not printed:
        raise QuestionError("nothing is printed in its recorded timeline")
    key = printed[-1][0]
    _among(numbers, key, lines)
    said = {
        number: _reached(number, time, words, last=number == key)
        for number, time, words in printed
    }
    return [
        Choice(
            lines[number - 1].strip(),
            said.get(number) or _("Line {line} is never reached.", line=number),
            number == key,
        )
        for number in numbers
    ]


def _reached(line: int, time: float, event: str, *, last: bool) -> str:
    """What is said of a line that prints.

    :param event: the sentence about it.
    """
    if last:
        return _(
            "Line {line} is reached last, at {time} s: {event}.",
            line=line,
            time=decimal(f"{time:g}"),
            event=event,
        )
    return _(
        "Line {line} is reached earlier, at {time} s: {event}.",
        line=line,
        time=decimal(f"{time:g}"),
        event=event,
    )


def _printed(events: Sequence[Event]) -> list[tuple[int, float, str]]:
    """The line, time and words of each print, in their order."""
    return [
        (event.line, event.time, event.words)
        for event in events
        if event.kind in ("print", "error") and event.line
    ]


def _among(numbers: Sequence[int], key: int, lines: Sequence[str]) -> None:
    if key not in numbers:
        raise QuestionError(
            f"the right line is none of the choices: it is line {key}",
            f"Add it: {lines[key - 1].strip()!r}",
        )
