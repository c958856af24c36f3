"""The examples of a build, as they are before Sphinx has read anything."""

from itertools import pairwise
from pathlib import Path

import pytest

from conftest import REPOSITORY
from example_output import child, session
from example_output.runner import Job
from example_output.session import Session
from example_output.settings import Settings


def test_the_longest_run_first_and_both_runs_of_one_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs: list[Job] = []
    # As in a build, only that nothing runs.
    monkeypatch.setattr(session, "Runs", lambda found, **_: jobs.extend(found))
    monkeypatch.setattr(child, "start", lambda **_: None)
    begun = Session(Settings.read(REPOSITORY, {}), tmp_path)
    of_jobs = {o.job: o for o in begun.states(begun.outcomes)}
    sleeps = [of_jobs[job.key].example.sleeps for job in jobs]
    assert sleeps == sorted(sleeps, reverse=True)
    watched = [job for job in jobs if job.timeline]
    assert len(watched) > len(begun.timelines) / 2
    for before, job in pairwise(jobs):
        if job.timeline:
            assert before.files == job.files
            assert not before.timeline
