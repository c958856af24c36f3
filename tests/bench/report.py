"""Make tables and charts of what the benchmark beside other tools has measured.

Usage: ``python tests/bench/report.py`` (``make bench`` does it at its end).  They are
what docs/about/performance.md shows.
"""

import html
import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bars import FLOOR, OURS, Bar, bars, best, lanes, right  # lies beside this file

REPOSITORY = Path(__file__).parents[2]
FIGURES = REPOSITORY / "_build" / "bench" / "performance.json"
FILE = REPOSITORY / "docs" / "about" / "_performance.inc"
CORPORA = {
    "6": "Six programs that sleep a second, a page each",
    "100": "100 programs that sleep 0.1 s, a page each",
    "1000": "1,000 programs that do not sleep, twenty to a page",
}
TIMES = {
    "cold": "cold",
    "unchanged": "nothing changed",
    "changed": "one program changed",
    "recording": "one recording changed",
}
NOTHING = "\N{EN DASH}"


def write(figures: dict[str, Any]) -> None:
    """Write the file that the page includes."""
    FILE.write_text("\n".join(_sections(figures)), "utf-8", newline="\n")


def _sections(figures: dict[str, Any]) -> Iterator[str]:
    versions = figures["versions"]
    yield (
        f"Measured on {figures['cores']} cores, with Python {figures['python']} and "
        f"Sphinx {versions[FLOOR]}."
    )
    yield ""
    for name, corpus in figures["corpora"].items():
        yield f"### {CORPORA[name]}"
        yield ""
        yield from _chart(name, corpus["tools"])
        yield from _table(["seconds with", *_columns()], _times(corpus["tools"]))
        heads = [
            "work of",
            "runs",
            "CPU seconds, cold",
            "memory",
            "outputs that are right",
        ]
        yield from _table(heads, _work(corpus["tools"], versions))
        heads = ["measured against", "`-j 1`", "`-j auto`", "allowed"]
        yield from _table(heads, _bars(figures, name))


def _table(heads: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| --- |{' ---: |' * (len(heads) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def _columns() -> list[str]:
    cold, *rest = TIMES.values()
    return [f"{cold}, `-j 1`", f"{cold}, `-j auto`", *rest]


def _times(tools: dict[str, Any]) -> Iterator[list[str]]:
    for tool, found in tools.items():
        known = lanes(found)
        cold = [known.get(jobs, {}).get("cold") for jobs in ("-j 1", "-j auto")]
        # Where little is done, to start processes only takes time.
        one = known.get("-j 1") or known["-j auto"]
        rest = [one.get(case) for case in list(TIMES)[1:]]
        cells = [f"{one['wall']:.2f}" if one else NOTHING for one in (*cold, *rest)]
        if one["stale"]:
            cells[3] += ", stale"
        auto = known.get("-j auto", one)
        if auto["failures"]:
            cells[1] += f", after {auto['failures']} that failed"
        yield [tool, *cells]


def _work(tools: dict[str, Any], versions: dict[str, str]) -> Iterator[list[str]]:
    for tool, found in tools.items():
        one = lanes(found).get("-j 1") or found["-j auto"]
        counts = [f"{one[case]['runs']:.0f}" for case in list(TIMES)[:3]]
        runs = ",\N{NO-BREAK SPACE}".join(counts)
        cpu = f"{one['cold']['cpu']:.1f}"
        memory = f"{found['memory']['tree']:.0f} MB"
        if tool == FLOOR:
            yield [tool, NOTHING, cpu, memory, NOTHING]
        else:
            named = tool if tool.startswith(OURS) else f"{tool} {versions[tool]}"
            yield [named, runs, cpu, memory, f"{right(found):.0%}"]


def _bars(figures: dict[str, Any], name: str) -> Iterator[list[str]]:
    """A row for each bar: with one process, with several, and what is allowed."""
    rows: dict[str, list[Bar]] = {}
    for bar in bars(figures):
        if bar.corpus == name:
            rows.setdefault(bar.what, []).append(bar)
    for what, found in rows.items():
        cells = [
            f"{bar.measured:.2f}" + (", missed" if bar.verdict == "missed" else "")
            for bar in found
        ]
        yield [what, *cells, *[NOTHING][: 2 - len(cells)], f"{found[0].allowed:.2f}"]


_WIDTH, _ROW, _BAR, _VALUE = 360, 36, 14, 62


def _chart(name: str, tools: dict[str, Any]) -> Iterator[str]:
    """Bars for the cold builds, each under its name, so that a phone is wide enough."""
    walls = {tool: best(found, "cold") for tool, found in tools.items()}
    scale = (_WIDTH - _VALUE) / max(walls.values())
    title = f"{CORPORA[name]}: seconds of the cold build; the first table has the same"
    # A book has no style sheet of ours; the tables say the same.
    yield "````{only} not epub"
    yield "```{raw} html"
    yield (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {len(walls) * _ROW}" role="img" '
        f'aria-label="{html.escape(title)}">'
    )
    for number, (tool, wall) in enumerate(walls.items()):
        top, width = number * _ROW, wall * scale
        own = ' class="own"' if tool.startswith(OURS) else ""
        yield f'<text x="0" y="{top + 13}">{html.escape(tool)}</text>'
        yield (f'<rect{own} x="0" y="{top + 18}" width="{width:.1f}" height="{_BAR}"/>')
        yield f'<text x="{width + 6:.1f}" y="{top + 30}">{wall:.2f} s</text>'
    yield "</svg>"
    yield "```"
    yield "````"
    yield ""


if __name__ == "__main__":
    write(json.loads(FIGURES.read_text("utf-8")))
    sys.exit()
