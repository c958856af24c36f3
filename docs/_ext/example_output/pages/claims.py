"""Check what the prose of a page says about its programs."""

import difflib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from example_output.problems import Kind, Problem
from example_output.transcript import Transcript


@dataclass(frozen=True)
class Claim:
    """A quotation: a page says that one of its programs has, or prints, this text."""

    text: str
    source: str
    """What contains the text, for a message: ``output`` or ``program``."""
    location: str
    """``page.md:LINE``."""


def refute(claim: Claim, texts: Iterable[str]) -> Problem | None:
    """The problem of a quotation, if none of the texts contains it."""
    texts = list(texts)
    if any(claim.text in text for text in texts):
        return None
    lines = [line.strip() for text in texts for line in text.splitlines()]
    close = difflib.get_close_matches(claim.text, lines, n=1)
    cure = f"Did you mean {close[0]!r}?" if close else "Fix the sentence"
    cause = f"no {claim.source} on this page has this text"
    return Problem(Kind.CLAIM, repr(claim.text), cause, cure=cure)


# -- Facts ---------------------------------------------------------------------------


class FactError(ValueError):
    """A page asks for a fact that the recording does not contain."""


def fact(kind: str, argument: str, recorded: Transcript) -> str:
    """A fact from a recording.

    :param kind: a key of :data:`FACTS`.
    :param argument: the argument of that kind, or nothing.
    :raises FactError: if there is no such kind, or the recording has no such fact.
    """
    if kind not in FACTS:
        raise FactError(f"{kind!r} is none of {', '.join(FACTS)}")
    return FACTS[kind].get(recorded, argument)


def _lines(recorded: Transcript, text: str) -> str:
    return str(sum(text in line for line in recorded.plain.splitlines()))


def _status(recorded: Transcript, _: str) -> str:
    return str(recorded.status)


_TRACEBACK = re.compile(
    r"(?P<margin>[ |+]*)(?:Exception Group )?Traceback \(most recent call last\):"
)


def _last_line(recorded: Transcript) -> str:
    """The line that ends the last traceback: an exception and what it says."""
    lines = recorded.plain.splitlines()
    starts = [n for n, line in enumerate(lines) if _TRACEBACK.fullmatch(line)]
    for line in lines[starts[-1] + 1 :] if starts else []:
        inner = re.sub(r"^ +\| ", "", line)
        if inner and not inner.startswith(" "):
            return inner
    raise FactError("there is no traceback in it")


def _exception(recorded: Transcript, _: str) -> str:
    return _last_line(recorded).partition(":")[0]


def _message(recorded: Transcript, _: str) -> str:
    return _last_line(recorded).partition(": ")[2]


def _match(recorded: Transcript, pattern: str) -> str:
    try:
        found = re.findall(pattern, recorded.plain)
    except re.error as error:
        raise FactError(f"{pattern!r} is not a regular expression: {error}") from None
    if len(found) != 1 or not isinstance(found[0], str):
        times = f"{len(found)} times" if found else "nowhere"
        raise FactError(
            f"{pattern!r} has to match once, with one group, but matches {times}"
        )
    return found[0]


@dataclass(frozen=True)
class Fact:
    """One kind of fact in a recording."""

    usage: str
    meaning: str
    get: Callable[[Transcript, str], str]


FACTS = {
    "lines": Fact("lines NAME [TEXT]", "How many lines contain TEXT.", _lines),
    "status": Fact("status NAME", "The exit status.", _status),
    "exception": Fact(
        "exception NAME", "The exception of the last traceback.", _exception
    ),
    "message": Fact("message NAME", "The message of that exception.", _message),
    "match": Fact(
        "match NAME PATTERN", "What the group of a regular expression matches.", _match
    ),
}
"""The kinds of fact of ``{example-fact}``, by its first word."""
