"""The checks of an exercise: what must be so of a run, whatever the program looks like.

Pure: what the tasks did and what was printed in, sentences out.  The build, pytest and
the page of a reader judge with this module.

A file of checks has one on each line; a line that is indented says why it matters, and
is shown with the check above it when that fails::

    together 3
        An await in the loop waits for one before the next begins.
    prints "all done" by 1 s
"""

import difflib
import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from example_output.timeline import failures
from example_output.timeline.failures import Run
from example_output.timeline.order import fixed_order, out_of_turn
from example_output.timeline.words import _, decimal, ngettext

_TEXT = r'"(?:[^"\\]|\\.)*"'
_ARGUMENT = re.compile(rf"{_TEXT}|\d+(?:\.\d+)?")


class ChecksError(ValueError):
    """A line is not a check; the message says why, ``line`` is the line."""

    def __init__(self, message: str, cure: str, line: int) -> None:
        super().__init__(message)
        self.cure = cure
        self.line = line


@dataclass(frozen=True)
class Check:
    """One check."""

    text: str
    """As it is written."""
    line: int
    why: str = ""
    """Why it matters."""

    @property
    def wanted(self) -> str:
        """What must be so, as a sentence."""
        return VERBS[shape(self.text)].wanted(*_arguments(self.text))

    def failure(self, run: Run) -> str:
        """What is wrong with a run, as a sentence; empty if it passes."""
        found = VERBS[shape(self.text)].failure(run, *_arguments(self.text))
        return f"{found} {self.why}".strip() if found else ""


@dataclass(frozen=True)
class Verb:
    """A kind of check."""

    example: str
    wanted: Callable[..., str]
    """From the arguments of a check."""
    failure: Callable[..., str]
    """From a run and the arguments."""


def read_checks(text: str) -> list[Check]:
    """The checks of a file; empty lines and those that begin with ``#`` are none.

    :raises ChecksError: at the first line that is not a check.
    """
    found: list[Check] = []
    for number, row in enumerate(text.splitlines(), 1):
        words = row.strip()
        if not words or words.startswith("#"):
            continue
        if row[0].isspace() and found:
            why = f"{found[-1].why} {words}".strip()
            found[-1] = replace(found[-1], why=why)
            continue
        if shape(words) not in VERBS:
            close = difflib.get_close_matches(shape(words), list(VERBS), 1, _CLOSE)
            known = ", ".join(repr(verb.example) for verb in VERBS.values())
            cure = f"Write one as in {known}"
            if close:
                cure = f"Did you mean it as in {VERBS[close[0]].example!r}?"
            raise ChecksError(f"this is not a check: {words!r}", cure, number)
        if words in [check.text for check in found]:
            cure = "Remove one of them"
            raise ChecksError(f"this check is there twice: {words!r}", cure, number)
        found.append(Check(words, number))
    if not found:
        raise ChecksError("there is no check in it", "Write one on each line", 1)
    return found


_CLOSE = 0.5  # how alike a check and what was probably meant are


def nearest(text: str, known: Sequence[str] | dict[str, Any]) -> str:
    """The one of some texts that another one was probably meant to be."""
    return difflib.get_close_matches(text, list(known), n=1, cutoff=0)[0]


def judge(checks: Sequence[Check], run: Run) -> list[str]:
    """What is wrong with a run by each check; empty where it passes."""
    return [check.failure(run) for check in checks]


def shape(text: str) -> str:
    """A check without its arguments, in whose place are ``TEXT`` and ``N``."""
    words = _ARGUMENT.sub(lambda found: "TEXT" if found[0][0] == '"' else "N", text)
    return " ".join(words.split())


def _arguments(text: str) -> Iterator[str | float]:
    for found in _ARGUMENT.findall(text):
        yield json.loads(found)


def _at_most(number: int) -> str:
    if not number:
        return _("No task sleeps.")
    return ngettext(
        "At most {n} task sleeps at the same time.",
        "At most {n} tasks sleep at the same time.",
        number,
    )


VERBS = {
    shape(verb.example): verb
    for verb in (
        Verb(
            'prints "done"',
            lambda t: _("It prints “{text}”.", text=t),
            failures.not_printed,
        ),
        Verb(
            'prints "done" at 1 s',
            lambda t, s: _(
                "It prints “{text}” at {time} s.", text=t, time=decimal(f"{s:g}")
            ),
            failures.not_at,
        ),
        Verb(
            'prints "done" by 1 s',
            lambda t, s: _(
                "It prints “{text}” at {time} s at the latest.",
                text=t,
                time=decimal(f"{s:g}"),
            ),
            failures.not_by,
        ),
        Verb(
            'prints "first" before "second"',
            failures.before,
            failures.not_before,
        ),
        Verb(
            'prints "second" only after "first"',
            lambda b, a: _(
                "It prints “{second}” only after “{first}”, however long that takes.",
                second=b,
                first=a,
            ),
            failures.not_after,
        ),
        Verb(
            "takes turns",
            lambda: _("Two tasks print in turn."),
            lambda run: out_of_turn(run.events),
        ),
        Verb(
            "prints in 3 tasks",
            lambda n: ngettext(
                "At least {n} task prints something.",
                "At least {n} tasks print something.",
                n,
            ),
            failures.too_few_print,
        ),
        Verb(
            'never prints "Error"',
            lambda t: _("It never prints “{text}”.", text=t),
            failures.said,
        ),
        Verb("never blocks", lambda: _("Nothing blocks the thread."), failures.blocks),
        Verb(
            "ends by 1 s",
            lambda s: _("It is over by {time} s.", time=decimal(f"{s:g}")),
            failures.too_late,
        ),
        Verb(
            "exits 0",
            lambda n: _("It ends with exit status {status}.", status=n),
            failures.status,
        ),
        Verb(
            "runs asyncio once",
            lambda: _("It calls asyncio.run() once."),
            failures.too_often,
        ),
        Verb(
            "fails 1",
            lambda n: ngettext(
                "At least {n} task fails with an error.",
                "At least {n} tasks fail with an error.",
                n,
            ),
            failures.too_few_fail,
        ),
        Verb("finishes", lambda: _("Every task finishes."), failures.unfinished),
        Verb(
            "cancels 1",
            lambda n: ngettext(
                "At least {n} task is cancelled while main() runs.",
                "At least {n} tasks are cancelled while main() runs.",
                n,
            ),
            failures.not_cancelled,
        ),
        Verb(
            "creates 3",
            lambda n: ngettext(
                "Coroutines create at least {n} task.",
                "Coroutines create at least {n} tasks.",
                n,
            ),
            failures.too_few_created,
        ),
        Verb(
            "together 3",
            lambda n: ngettext(
                "At least {n} task sleep at the same time.",
                "At least {n} tasks sleep at the same time.",
                n,
            ),
            failures.too_few_asleep,
        ),
        Verb(
            "together at most 2",
            _at_most,
            failures.too_many_asleep,
        ),
        Verb(
            "waits for whichever is first",
            lambda: _("It waits for whichever task is done first."),
            lambda run: fixed_order(run.events),
        ),
    )
}
"""The kinds of checks, by their shapes."""
