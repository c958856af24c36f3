"""Make tables and a chart of what the benchmark beside other tools has measured.

Usage: ``python tests/bench/report.py`` (``make bench`` does it at its end).  They are
what docs/about/performance.md shows.
"""

import html
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]
FIGURES = REPOSITORY / "_build" / "bench" / "performance.json"
TABLES = REPOSITORY / "docs" / "about" / "_performance.inc"
CHART = REPOSITORY / "docs" / "about" / "_performance.svg"
CORPORA = {
    "6": "Six programs that sleep a second, a page each",
    "100": "100 programs that sleep 0.1 s, a page each",
    "1000": "1,000 programs that do not sleep, twenty to a page",
}
FLOOR = "plain literalinclude"
NOTHING = "\N{EN DASH}"


def write(figures: dict[str, Any]) -> None:
    """Write both files."""
    TABLES.write_text("\n".join(_tables(figures)), "utf-8")
    CHART.write_text("\n".join(_chart(figures)), "utf-8")


def _tables(figures: dict[str, Any]) -> Iterator[str]:
    versions = ", ".join(
        f"{name} {version}"
        for name, version in figures["versions"].items()
        if not name.startswith(("plain", "example_output"))
    )
    sphinx = figures["versions"][FLOOR]
    yield (
        f"Measured with Python {figures['python']}, Sphinx {sphinx} and "
        f"{figures['cores']} cores; {versions}."
    )
    yield ""
    for name, corpus in figures["corpora"].items():
        yield f"### {CORPORA[name]}"
        yield ""
        yield (
            "| tool | cold, `-j 1` | cold, `-j auto` | nothing changed | one changed | "
            "runs | memory | right output |"
        )
        yield "| --- | ---: | ---: | ---: | ---: | --- | ---: | ---: |"
        for tool, found in corpus["tools"].items():
            yield _row(tool, found)
        yield ""


def _row(tool: str, found: dict[str, Any]) -> str:
    auto = found["-j auto"]
    one = found.get("-j 1", auto)
    cases = [one[case] for case in ("cold", "unchanged", "changed")]
    if tool == FLOOR:
        runs = right = NOTHING
    else:
        runs = ", ".join(f"{case['runs']:.0f}" for case in cases)
        right = f"{min(one['right'], auto['right']):.0%}"
    times = [cases[0], auto["cold"], *cases[1:]]
    cells = [f"{case['wall']:.2f} s" for case in times]
    if "-j 1" not in found:
        cells[0] = NOTHING
    memory = f"{found['memory']['tree']:.0f} MB"
    return f"| {' | '.join([tool, *cells, runs, memory, right])} |"


def _best(found: dict[str, Any]) -> float:
    """Seconds of the faster cold build."""
    builds = [one for jobs, one in found.items() if jobs.startswith("-j")]
    return min(float(one["cold"]["wall"]) for one in builds)


_WIDTH, _ROW, _NAMES, _VALUES = 720, 22, 250, 64


def _chart(figures: dict[str, Any]) -> Iterator[str]:
    """Bars for the cold builds; each corpus has a scale of its own."""
    rows = sum(len(c["tools"]) + 2 for c in figures["corpora"].values())
    title = "Seconds of the faster cold build with each tool"
    yield (
        f'<svg class="chart" viewBox="0 0 {_WIDTH} {rows * _ROW}" role="img" '
        f'aria-label="{title}; the tables below have the same figures" '
        'font-size="13" fill="currentColor">'
    )
    y = 0
    for name, corpus in figures["corpora"].items():
        y += _ROW
        heading = html.escape(CORPORA[name])
        yield f'<text x="0" y="{y}" font-weight="600">{heading}</text>'
        walls = {t: _best(found) for t, found in corpus["tools"].items()}
        scale = (_WIDTH - _NAMES - _VALUES) / max(walls.values())
        for tool, wall in walls.items():
            y += _ROW
            own = tool.startswith("example_output")
            opacity = "1" if own else "0.45"
            yield f'<text x="{_NAMES - 8}" y="{y}" text-anchor="end">{tool}</text>'
            yield (
                f'<rect x="{_NAMES}" y="{y - 12}" width="{wall * scale:.1f}" '
                f'height="14" opacity="{opacity}"/>'
            )
            end = _NAMES + wall * scale + 6
            yield f'<text x="{end:.1f}" y="{y}">{wall:.2f} s</text>'
        y += _ROW
    yield "</svg>"
    yield ""


if __name__ == "__main__":
    write(json.loads(FIGURES.read_text("utf-8")))
    sys.exit()
