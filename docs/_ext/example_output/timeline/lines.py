"""The lines that a program ran, with its variables, for a reader who steps through it.

Pure: the log of the observer in, moments out.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from example_output.timeline.events import names_of, who_is
from example_output.timeline.story import clock
from example_output.timeline.words import marked


@dataclass(frozen=True)
class Moment:
    """A line that is about to run."""

    line: int
    words: str
    """Whose line it is, and when."""
    variables: list[tuple[str, str, bool]]
    """Name, value, and whether it has changed since the last line of the function."""
    ready: list[str]
    """What the loop runs next."""
    timers: list[str]
    """What the loop wakes later, and when."""


def moments(raw: str) -> list[list[Any]]:
    """The lines of a log, as JSON: for each the fields of a :class:`Moment`.

    :raises KeyError, TypeError, ValueError: if it is not a log.
    """
    rows = [json.loads(row) for row in raw.split("\n") if row.endswith("}")]
    names = names_of(rows)
    return [list(asdict(moment).values()) for moment in _moments(rows, names)]


def _moments(rows: list[dict[str, Any]], names: Mapping[Any, str]) -> Iterator[Moment]:
    before: dict[tuple[Any, str], dict[str, str]] = {}
    for row in rows:
        if "at" not in row:
            continue
        place = row["lane"], str(row["function"])
        now = {str(name): str(value) for name, value in row["variables"].items()}
        was = before.get(place, {})
        before[place] = now
        where = f" in {place[1]}()" if place[1] else ""
        words = f"{who_is(names.get(place[0], '?'))}{where}"
        yield Moment(
            line=int(row["at"]),
            words=f"{clock(float(row['time']))}: {words}",
            variables=[(n, text, was.get(n) != text) for n, text in now.items()],
            ready=[_named(label, names) for label in row["ready"]],
            timers=[
                f"{_named(label, names)} in {clock(float(seconds))}"
                for seconds, label in row["timers"]
            ],
        )


def _named(label: object, names: Mapping[Any, str]) -> str:
    return names.get(label, marked("a task")) if isinstance(label, int) else str(label)
