"""The benchmark: what counts as right, what as stale, and which bars are met."""

import sys
from pathlib import Path
from typing import Any

import pytest

import bars
import peers
import report
import this_site
from conftest import start

PROGRAM = peers.Program("p", "", ("out 1", "out 2", "err: a warning", "out 3"))


@pytest.mark.parametrize(
    ("page", "right"),
    [
        ("out 1\nout 2\nerr: a warning\nout 3", True),
        ("before\nout 1\nout 2\nsys:1: err: a warning\nafter\nout 3\nafter", True),
        ("err: a warning\nout 1\nout 2\nout 3", False),
        ("out 1\nout 2\nout 3", False),
        ("out 1\nbetween\nout 2\nerr: a warning\nout 3", False),
        # The source of a program is no output of it.
        ('print("out 1")\nprint("out 2")\nerr: a warning\nout 3', False),
        ("", False),
    ],
)
def test_output_is_right_only_with_its_lines_in_order(page: str, right: bool) -> None:
    assert peers._has([page], PROGRAM.lines) == right
    assert peers._has(["another page", page], PROGRAM.lines) == right


def test_corpus_programs_compile() -> None:
    for name, corpus in peers.corpora().items():
        assert len(corpus.programs) == int(name)
        for program in corpus.programs:
            compile(program.source, program.name, "exec")
            assert len(program.lines) >= 2


_FINE = {"stale": False, "failures": 0}


def lane(runs: tuple[int, ...], *walls: float, **more: Any) -> dict[str, Any]:
    """The figures of a tool: a cold build, one unchanged, one changed, and so on."""
    rounds = {
        case: [{"wall": wall, "cpu": wall, "runs": count}]
        for case, wall, count in zip(bars.CASES, walls, runs, strict=False)
    }
    medians = {case: found[0] for case, found in rounds.items()}
    return {**medians, "rounds": rounds, "right": 1.0, **_FINE, **more}


def figures(ours: dict[str, Any], peer: dict[str, Any]) -> dict[str, Any]:
    """Figures of a hundred programs, plain builds of which take 4 s, 1 s and 1 s."""
    floor = lane((0, 0, 0), 4, 1, 1)
    tools = {
        bars.FLOOR: {"-j 1": floor, "-j auto": floor},
        bars.OURS: {"-j 1": ours, "-j auto": ours},
        bars.OURS_PLAIN: {"-j 1": ours, "-j auto": ours},
        "peer": {"-j auto": peer},
    }
    for found in tools.values():
        found["memory"] = {"sphinx": 70.0, "tree": 90.0}
    bare = {"cpu": 0.06, "longest": 0.1}
    corpus = {"tools": tools, "bare": {**bare, "rounds": [bare]}}
    versions = dict.fromkeys(tools, "1.0")
    return {
        "python": "3.11",
        "cores": 2,
        "versions": versions,
        "corpora": {"100": corpus},
    }


FAST = lane((100, 0, 1, 0), 4.5, 1, 1, 1)
SLOW = lane((100, 1, 2, 1), 9, 2, 2, 2)


def test_bars_are_met_or_missed() -> None:
    met = figures(FAST, SLOW)
    assert {bar.verdict for bar in bars.bars(met)} == {"met"}
    missed = {bar.what for bar in bars.bars(figures(SLOW, FAST)) if bar.measured > 1}
    # The limit is (4 s + 100 x 0.06 s) / 2 cores.
    limit = "cold, plain interpreters: the limit"
    assert limit in missed
    [found] = {
        bar.measured for bar in bars.bars(figures(SLOW, FAST)) if bar.what == limit
    }
    assert found == pytest.approx(9 / 5)
    assert "one program changed: runs" in missed
    assert "cold: peer, the fastest other tool" in missed


def test_stale_build_is_not_compared() -> None:
    stale = figures(SLOW, {**FAST, "stale": True})
    changed = [
        b for b in bars.bars(stale) if b.what.startswith("one program changed: p")
    ]
    assert [bar.verdict for bar in changed] == ["met"]


def test_the_report_has_every_figure() -> None:
    stale = {**SLOW, "stale": True, "failures": 2}
    text = "\n".join(report._sections(figures(FAST, stale)))
    assert (
        "| peer | \N{EN DASH} | 9.00, after 2 that failed | 2.00 | 2.00, stale | 2.00 |"
        in text
    )
    assert "| cold, fast start: `literalinclude` | 1.12 | 1.12 | 1.20 |" in text
    assert text.count("<rect") == 4


@pytest.mark.slow
def test_the_stand_in_of_the_benchmark_reads_this_site(tmp_path: Path) -> None:
    """It has to know all directives and options; nothing else runs it for months."""
    plain = this_site._checkout(tmp_path / "plain")
    this_site._make_plain(plain)
    words = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "dummy", "-c", "."]
    done = start([*words, "docs", "_build"], plain, PYTHONPATH=str(plain))
    assert done.status == 0, done.plain
