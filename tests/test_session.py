"""The examples of a build, before Sphinx has read anything."""

from itertools import pairwise
from pathlib import Path

from conftest import REPOSITORY
from example_output.running.interpreter import Description
from example_output.running.session import Session
from example_output.settings import Settings


def test_longest_runs_come_first_followed_by_their_timelines(tmp_path: Path) -> None:
    session = Session(Settings.read(REPOSITORY, {}), tmp_path, Description())
    pending = session.pending()
    sleeps = [outcome.example.sleeps for outcome in pending]
    assert sleeps == sorted(sleeps, reverse=True)
    watched = [outcome for outcome in pending if outcome.timeline]
    assert len(watched) == len(session.timelines) > 0
    for before, outcome in pairwise(pending):
        if outcome.timeline:
            assert before.example == outcome.example
            assert not before.timeline
