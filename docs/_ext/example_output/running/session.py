"""The examples of one build: which are known from the cache, and the runs of the rest.

It can begin before Sphinx is there: see ``__main__``.
"""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from example_output.example import Example, ExampleError
from example_output.folder import OUTPUT, TIMELINE, Folder, Recording
from example_output.gate import Gate
from example_output.problems import Problem
from example_output.running.cache import OBSERVER, Cache, digest, explain, key_parts
from example_output.running.interpreter import this_interpreter
from example_output.running.job import plan
from example_output.running.runs import Runs, start
from example_output.settings import Settings
from example_output.transcript import Transcript


@dataclass
class Outcome:
    """What is known of an example in this build."""

    example: Example
    parts: dict[str, str] = field(default_factory=dict)
    """Everything that can change what it prints; empty where it cannot be run."""
    run: Transcript | None = None
    """``None`` where it was not run: it cannot be, or is for another Python."""
    problem: Problem | None = None
    timeline: bool = False
    """Whether the run was watched, for a timeline."""
    cached: bool = False
    """Whether ``run`` came from the cache."""
    why: str = ""
    """Why it was run, or was not."""

    @property
    def key(self) -> str:
        """Its digest in the cache."""
        return digest(self.parts)

    @property
    def job(self) -> str:
        """The key of its run."""
        return f"{'timeline of ' if self.timeline else ''}{self.example.name}"

    @property
    def is_late(self) -> bool:
        """Whether its run is still to come."""
        return bool(self.parts) and self.run is None


class Session:
    """The examples under one set of settings, and the runs of those not in the cache.

    :param folder: where results are kept.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.began = time.perf_counter()
        self.settings = settings
        self.interpreter = this_interpreter()
        self.gate = Gate(Folder(settings), self.interpreter.version)
        self.cache = Cache(folder)
        self.runs = Runs([], at_once=1)
        self.outcomes = {
            example.name: self._look_up(example)
            for example in self.gate.folder.examples.values()
        }
        self.timelines = {
            name: self._look_up_timeline(outcome)
            for name, outcome in self.outcomes.items()
            if outcome.parts and self.gate.recording(outcome.example, TIMELINE)
        }

    def start(self, process: "subprocess.Popen[bytes] | None" = None) -> None:
        """Start the runs that are still to come.

        :param process: one from :func:`.running.runs.start` to make them, if there is
            one already.
        """
        late = self.late()
        fork = self.settings.fast_start and not self.settings.scheduler
        jobs = [
            plan(
                self.gate,
                outcome.example,
                self.interpreter,
                outcome.job,
                fork=fork,
                timeline=outcome.timeline,
            )
            for outcome in late
        ]
        self.runs = Runs(
            jobs,
            at_once=self.settings.jobs,
            scheduler=self.settings.scheduler,
            process=process or (start(polite=True) if jobs else None),
        )

    def late(self) -> list[Outcome]:
        """What is to be run, the longest first: the others run while it sleeps.

        Both runs of one example together, since its page waits for both.
        """
        names = sorted(self.outcomes, key=lambda n: -self.outcomes[n].example.sleeps)
        return [outcome for outcome in self.states(names) if outcome.is_late]

    def _look_up(self, example: Example) -> Outcome:
        """Look an example up in the cache."""
        if problem := self.gate.validate(example):
            return Outcome(example, problem=problem, why=f"not run: {problem.cause}")
        if not self.gate.applies(example):
            needs = f"it needs Python {example.metadata.requires_python}"
            return Outcome(example, why=f"not run: {needs}")
        parts = key_parts(example, self.interpreter)
        run = self.cache.get(digest(parts))
        if run and self.gate.check(example, run):
            # What a page calls this run has to be one.
            why = "run: its last result is not what its recording says"
            return Outcome(example, parts, why=why)
        if run:
            why = "not run: nothing has changed that can change what it prints"
            return Outcome(example, parts, run, cached=True, why=why)
        why = f"run: {explain(self.cache.recall(example.name), parts)}"
        return Outcome(example, parts, why=why)

    def _look_up_timeline(self, outcome: Outcome) -> Outcome:
        """Look up in the cache what an example's tasks do."""
        parts = {**outcome.parts, "timeline": OBSERVER}
        run = self.cache.get(digest(parts))
        if run and self.gate.check_timeline(outcome.example, run):
            run = None
        cached = run is not None
        return Outcome(outcome.example, parts, run, timeline=True, cached=cached)

    def is_for(self, settings: Settings, folder: Path) -> bool:
        """Whether it was started with these settings and this folder."""
        return (settings, folder) == (self.settings, self.cache.folder)

    @cached_property
    def _by_job(self) -> dict[str, Outcome]:
        return {outcome.job: outcome for outcome in self.states(self.outcomes)}

    def states(self, names: Iterable[str]) -> Iterator[Outcome]:
        """What is known of some examples: of their outputs, and of their timelines."""
        for name in names:
            for found in (self.outcomes, self.timelines):
                if name in found:
                    yield found[name]

    def shown(
        self, outcome: Outcome, suffix: str = OUTPUT
    ) -> Iterator[tuple[Recording | None, Transcript | None]]:
        """What there is to show of an example: its recordings, in their order.

        With this build's run where the recording is the one that it was compared with;
        a run that has no recording stands alone.
        """
        current = self.gate.recording(outcome.example, suffix)
        if current is None and outcome.run:
            yield None, outcome.run
        for recording in self.gate.folder.recordings(outcome.example, suffix):
            yield recording, outcome.run if recording == current else None

    def take(self, job: str, run: Transcript) -> None:
        """Take a result, and judge it."""
        outcome = self._by_job[job]
        outcome.run = run
        self.judge(outcome)

    def judge(self, outcome: Outcome) -> None:
        """Compare a run with its recording, and keep it if it passes."""
        if outcome.problem or outcome.run is None:
            return
        check = self.gate.check_timeline if outcome.timeline else self.gate.check
        outcome.problem = check(outcome.example, outcome.run)
        # Only what the gate has passed is worth keeping; the rest is run again.
        if outcome.problem or outcome.cached:
            return
        # An edit since we looked: nobody knows which of the two was run.
        fresh = Example(outcome.example.folder, outcome.example.name)
        with contextlib.suppress(OSError, ExampleError):
            parts = key_parts(fresh, self.interpreter)
            if outcome.parts != {**outcome.parts, **parts}:
                return
            self.cache.put(outcome.key, outcome.run)
            if not outcome.timeline:
                self.cache.remember(outcome.example.name, outcome.parts)

    def close(self) -> None:
        """End what still runs."""
        self.runs.close()


def cache_folder(settings: Settings, doctrees: Path) -> Path:
    """Where results are kept: as set, or beside the doctrees."""
    return settings.cache or doctrees / "example_output"


@dataclass(frozen=True)
class HeadStart:
    """What was begun before Sphinx: see ``__main__``."""

    session: Session | None
    """For the build that it was meant for."""
    when_set_up: Callable[[], None]
    """What is to be done once Sphinx and all extensions are set up."""


HEAD_START: ContextVar[HeadStart | None] = ContextVar("HEAD_START", default=None)
"""The head start of the build in this process, if it has one."""
