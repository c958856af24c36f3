"""The examples of one build: which are known from the cache, and the runs of the rest.

Knows nothing of Sphinx, so that it can begin before Sphinx is there: see ``__main__``.
"""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from packaging.version import Version

from example_output import child
from example_output.cache import OBSERVER, Cache, digest, explain, key_parts
from example_output.example import Example, ExampleError
from example_output.gate import TIMELINE, Gate, Problem
from example_output.proofs import PYTHON, Proofs
from example_output.reproduced import Reproduced
from example_output.runner import Runs, this_interpreter
from example_output.settings import Settings
from example_output.transcript import Transcript

_WATCHED = " (timeline)"  # no example's name ends so


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
        """By which its run is known."""
        return self.example.name + (_WATCHED if self.timeline else "")

    @property
    def is_late(self) -> bool:
        """Whether its run is still to come."""
        return bool(self.parts) and self.run is None


class Session:
    """The examples under one set of settings; starting it starts what is not cached.

    :param folder: where results are kept.
    :param start: whether to start them at all.
    :param process: one from :func:`.child.start` to run them, if there is one already.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        *,
        start: bool = True,
        process: "subprocess.Popen[bytes] | None" = None,
    ) -> None:
        self.began = time.perf_counter()
        self.settings = settings
        self.gate = Gate(settings, this_interpreter())
        self.cache = Cache(folder)
        self.reproduced = Reproduced(self.gate)
        self.proofs = Proofs(self.gate)
        self._pythons: dict[str, list[str]] = {}
        self.outcomes = {
            example.name: self._look_up(example)
            for example in self.gate.examples.values()
        }
        self.timelines = {
            name: self._look_up_timeline(outcome)
            for name, outcome in self.outcomes.items()
            if outcome.parts and self.gate.recording(outcome.example, TIMELINE)
        }
        # The longest first: the others run while it sleeps.  And both runs of one
        # example together, since its page waits for both.
        names = sorted(self.outcomes, key=lambda n: -self.outcomes[n].example.sleeps)
        late = [outcome for outcome in self.states(names) if outcome.is_late]
        fork = settings.fast_start and not settings.scheduler
        jobs = [
            self.gate.job(o.example, o.job, fork=fork, timeline=o.timeline)
            for o in late
        ]
        self.runs = Runs(
            jobs if start else [],
            at_once=settings.jobs,
            scheduler=settings.scheduler,
            process=process or (child.start(polite=True) if late and start else None),
        )

    def _look_up(self, example: Example) -> Outcome:
        """Look an example up in the cache."""
        if problem := self.gate.validate(example):
            return Outcome(example, problem=problem, why=f"not run: {problem.cause}")
        if not self.gate.applies(example):
            needs = f"it needs Python {example.metadata.requires_python}"
            return Outcome(example, why=f"not run: {needs}")
        parts = key_parts(example, self.gate.interpreter)
        if run := self.cache.get(digest(parts)):
            why = "not run: nothing has changed that can change what it prints"
            return Outcome(example, parts, run, cached=True, why=why)
        why = f"run: {explain(self.cache.recall(example.name), parts)}"
        return Outcome(example, parts, why=why)

    def _look_up_timeline(self, outcome: Outcome) -> Outcome:
        """Look up in the cache what an example's tasks do."""
        parts = {**outcome.parts, "timeline": OBSERVER}
        run = self.cache.get(digest(parts))
        cached = run is not None
        return Outcome(outcome.example, parts, run, timeline=True, cached=cached)

    def is_for(self, settings: Settings, folder: Path) -> bool:
        """Whether it was started with these settings and this folder."""
        return (settings, folder) == (self.settings, self.cache.folder)

    def pythons(self, example: Example) -> list[str]:
        """The minor versions, oldest first, on which its output was reproduced."""
        if example.name not in self._pythons:
            found = set(self.reproduced.pythons(example))
            if self.proofs.reason(example) == "":
                found.add(".".join(PYTHON.split(".")[:2]))
            self._pythons[example.name] = sorted(found, key=Version)
        return self._pythons[example.name]

    def states(self, names: Iterable[str]) -> Iterator[Outcome]:
        """What is known of some examples: of their outputs, and of their timelines."""
        for name in names:
            for found in (self.outcomes, self.timelines):
                if name in found:
                    yield found[name]

    def take(self, job: str, run: Transcript) -> Outcome:
        """Take a result, and judge it."""
        found = self.timelines if job.endswith(_WATCHED) else self.outcomes
        outcome = found[job.removesuffix(_WATCHED)]
        outcome.run = run
        self.judge(outcome)
        return outcome

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
            parts = key_parts(fresh, self.gate.interpreter)
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


head_start: list[Session] = []
"""A session that began before Sphinx, for the build that it was meant for."""

when_set_up: list[Callable[[], None]] = []
"""What else is to be done once Sphinx and all extensions are set up."""
