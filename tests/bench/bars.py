"""What builds are held to, by the figures of the benchmark beside other tools.

A ratio is the median of the ratios of all rounds: in a round, the tools took turns.
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

FLOOR = "plain literalinclude"
OURS = "example_output"
OURS_PLAIN = "example_output, plain interpreters"
CASES = ("cold", "unchanged", "changed", "recording")

Figures = dict[str, float]


@dataclass(frozen=True)
class Bar:
    """One bar: of which corpus, what is measured, and what is allowed."""

    corpus: str
    what: str
    jobs: str
    """The option by which builds are given processes, or nothing for the better one."""
    measured: float
    allowed: float

    @property
    def verdict(self) -> str:
        """Whether it is met."""
        return "met" if self.measured <= self.allowed else "missed"

    @property
    def text(self) -> str:
        """It, on one line."""
        what = f"{self.what} {self.jobs}".rstrip()
        return f"{what}: {self.measured:.2f}, allowed {self.allowed:.2f}"


def bars(results: dict[str, Any]) -> Iterator[Bar]:
    """Every bar of every corpus that was measured."""
    for name, corpus in results["corpora"].items():
        for jobs in ("-j 1", "-j auto"):
            for row in _of_builds(name, corpus, jobs, results["cores"]):
                what, measured, allowed = row
                yield Bar(name, what, jobs, measured, allowed)
        for what, measured, allowed in _of_tools(corpus["tools"]):
            yield Bar(name, what, "", measured, allowed)


_Row = tuple[str, float, float]


def _of_tools(found: dict[str, Any]) -> Iterator[_Row]:
    memory = [found[tool]["memory"]["sphinx"] for tool in (FLOOR, OURS)]
    yield "MB of Sphinx's memory beyond `literalinclude`", memory[1] - memory[0], 20
    yield from _beside_peers(found)
    yield "share of outputs that are wrong", 1 - right(found[OURS]), 0


def _of_builds(
    name: str, corpus: dict[str, Any], jobs: str, cores: int
) -> Iterator[_Row]:
    floor, fast, slow = (corpus["tools"][t][jobs] for t in (FLOOR, OURS, OURS_PLAIN))
    plain, ours, unforked = map(_walls, (floor, fast, slow))
    bare = corpus["bare"]["rounds"]
    limits = [
        max(
            cold["wall"],
            run["longest"],
            (cold["cpu"] + int(name) * run["cpu"]) / cores,
        )
        for cold, run in zip(floor["rounds"]["cold"], bare, strict=True)
    ]
    floors = [
        max(build, run["longest"])
        for build, run in zip(plain["changed"], bare, strict=True)
    ]
    if name == "6":
        yield "cold: the limit", _ratio(ours["cold"], limits), 1.15
    else:
        ratio = _ratio(unforked["cold"], limits)
        yield "cold, plain interpreters: the limit", ratio, 1.30
        ratio = _ratio(ours["cold"], unforked["cold"])
        yield "cold, fast start: plain interpreters", ratio, 1.0
    if name == "100":
        ratio = _ratio(ours["cold"], plain["cold"])
        yield "cold, fast start: `literalinclude`", ratio, 1.20
    ratio = _ratio(ours["unchanged"], plain["unchanged"])
    yield "nothing changed: `literalinclude`", ratio, 1.10
    yield "nothing changed: runs", fast["unchanged"]["runs"], 0
    ratio = _ratio(ours["changed"], floors)
    yield "one program changed: `literalinclude`, or the run", ratio, 1.15
    yield "one program changed: runs", fast["changed"]["runs"], 1
    # A kept result that is not as recorded is made again before it is called drift.
    yield "one recording changed: runs", fast["recording"]["runs"], 1


def _walls(lane: dict[str, Any]) -> dict[str, list[float]]:
    """The seconds of each round, by case."""
    return {
        case: [one["wall"] for one in rounds] for case, rounds in lane["rounds"].items()
    }


def _ratio(ours: Sequence[float], floor: Sequence[float]) -> float:
    return statistics.median(a / b for a, b in zip(ours, floor, strict=True))


def _beside_peers(found: dict[str, Any]) -> Iterator[_Row]:
    words = {
        "cold": "cold",
        "unchanged": "nothing changed",
        "changed": "one program changed",
    }
    peers = [tool for tool in found if tool not in (FLOOR, OURS, OURS_PLAIN)]
    for case, word in words.items() if peers else ():
        times = {tool: best(found[tool], case, stale=False) for tool in peers}
        peer = min(times, key=times.__getitem__)
        ratio = best(found[OURS], case) / times[peer]
        yield f"{word}: {peer}, the fastest other tool", ratio, 1.0


def lanes(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """A tool's figures by ``-j 1`` and ``-j auto``, as far as they were measured."""
    return {jobs: lane for jobs, lane in found.items() if jobs.startswith("-j")}


def best(found: dict[str, Any], case: str, *, stale: bool = True) -> float:
    """Seconds with the better number of processes.

    :param stale: whether those count that did not notice that a program had changed.
    """
    times = [
        float(lane[case]["wall"])
        for lane in lanes(found).values()
        if stale or case != "changed" or not lane["stale"]
    ]
    return min(times, default=math.inf)


def right(found: dict[str, Any]) -> float:
    """The share of programs whose output was right on the page, in every build."""
    return min(float(lane["right"]) for lane in lanes(found).values())
