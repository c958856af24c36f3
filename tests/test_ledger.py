"""The examples of a build, before Sphinx has read anything."""

from itertools import pairwise
from pathlib import Path

import pytest

from conftest import REPOSITORY
from example_output.running import ledger as ledgers
from example_output.running.interpreter import Description, Interpreter
from example_output.running.ledger import Ledger
from example_output.settings import Settings


def test_longest_runs_come_first_followed_by_their_timelines(tmp_path: Path) -> None:
    ledger = Ledger(Settings.read(REPOSITORY, {}), tmp_path, Description())
    pending = ledger.pending()
    sleeps = [outcome.example.sleeps for outcome in pending]
    assert sleeps == sorted(sleeps, reverse=True)
    watched = [outcome for outcome in pending if outcome.timeline]
    assert len(watched) == len(ledger.timelines) > 0
    for before, outcome in pairwise(pending):
        if outcome.timeline:
            assert before.example == outcome.example
            assert not before.timeline


@pytest.mark.parametrize("changed", [False, True])
def test_results_are_kept_unless_a_package_has_changed_meanwhile(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    interpreter: Interpreter,
    changed: bool,
) -> None:
    (tmp_path / "examples").mkdir()
    (tmp_path / "examples" / "a.py").write_text("print(1)\n")
    (tmp_path / "examples" / "a.out").write_text("$ python a.py\n1\n")
    ledger = Ledger(Settings.read(tmp_path, {}), tmp_path / "cache", Description())
    assert ledger.interpreter.identity == interpreter.identity
    ledger.start()
    for job, run in ledger.runs.results():
        ledger.take(job, run)
    outcome = ledger.outcomes["a.py"]
    assert ledger.cache.get(outcome.key)
    if changed:
        monkeypatch.setattr(ledgers, "_identity", lambda _: "another")
    ledger.close()
    assert bool(ledger.cache.get(outcome.key)) is not changed
    assert bool(ledger.cache.recall("a.py")) is not changed
