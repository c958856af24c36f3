"""What a build knows of its examples: results from the cache, and runs of the others.

Its runs can start before Sphinx is imported: see ``__main__``.
"""

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from example_output.example import Example
from example_output.folder import (
    OUTPUT,
    TIMELINE,
    Folder,
    Recording,
    matching,
)
from example_output.gate import Gate, no_recording
from example_output.metadata import ExampleError
from example_output.problems import Problem
from example_output.running.cache import OBSERVER, Cache, digest, explain, key_parts
from example_output.running.interpreter import Description
from example_output.running.job import plan
from example_output.running.runs import Batches, Runs
from example_output.running.start import start
from example_output.settings import Settings, SettingsError
from example_output.transcript import Transcript

NEVER = 'example_output_run is "never"'
"""Why no example is run in a build."""


@dataclass
class Outcome:
    """The state of an example, or of its timeline, in this build."""

    example: Example
    parts: dict[str, str] = field(default_factory=dict)
    """Everything that can change what it prints; empty where it cannot be run."""
    run: Transcript | None = None
    """``None`` if it is pending, cannot be run, or is for another Python."""
    problem: Problem | None = None
    timeline: bool = False
    """Whether the run is observed, for a timeline."""
    cached: bool = False
    """Whether ``run`` came from the cache."""
    left_out: bool = False
    """Whether it could be run here, and is not."""
    waits: bool = False
    """Whether it is run only if a page shows it, and the pages are not read yet."""
    unshown: bool = False
    """Whether it is not run because no page shows it, and it has no recording."""
    why: str = ""
    """Why it was or was not run."""

    @property
    def key(self) -> str:
        """Its digest in the cache."""
        return digest(self.parts)

    @property
    def job(self) -> str:
        """The key of its run."""
        return f"{'timeline of ' if self.timeline else ''}{self.example.name}"

    def settle(self, shown: bool) -> None:
        """Let an outcome that waits be run, or not.

        :param shown: whether a page shows it.
        """
        self.waits = False
        if not shown:
            self.parts = {}
            self.unshown = True
            self.why = "not run: no page shows it, and it has no recording"

    @property
    def is_pending(self) -> bool:
        """Whether there is no result yet."""
        return bool(self.parts) and self.run is None


class Ledger:
    """The examples under one set of settings, and the runs of those not in the cache.

    :param folder: the folder of the cache.
    :param description: the interpreter, which may have been asked before.
    :raises SettingsError: if the setting ``rerun`` names no example.
    """

    def __init__(
        self, settings: Settings, folder: Path, description: Description
    ) -> None:
        self.began = time.perf_counter()
        self.settings = settings
        examples = Folder(settings)
        _read(examples)  # while the interpreter describes itself
        self.interpreter = description.interpreter
        # Without runs, it does not matter what is installed.
        packages = self.interpreter.packages if settings.runs else None
        self.gate = Gate(examples, self.interpreter.version, packages=packages)
        self.cache = Cache(folder)
        self.runs = Batches()
        self._kept: list[str] = []  # the keys of results of this build in the cache
        self._afterwards: Description | None = None
        self._rerun = _named(self.gate.folder)
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
        """Start the pending runs.

        :param process: a process from :func:`.running.start.start`; by default, one is
            started.
        """
        _begin(self, self.pending(), process)

    def start_shown(self, names: Iterable[str]) -> None:
        """Start what pages show and has no recording; then programs only run.

        :param names: what the pages name.
        """
        shown = set(names)
        waiting = [one for one in self.outcomes.values() if one.waits]
        for outcome in waiting:
            outcome.settle(outcome.example.name in shown)
        if started := [outcome for outcome in waiting if outcome.is_pending]:
            _begin(self, started)
        self._afterwards = self._afterwards or _prepared(self.runs)

    def pending(self) -> list[Outcome]:
        """The runs to make, longest first: others run while the long ones sleep.

        The two runs of an example are adjacent, because its page waits for both.
        """
        found = self.states(self.outcomes)
        pending = [one for one in found if one.is_pending and not one.waits]
        return sorted(pending, key=lambda one: -one.example.sleeps)

    def _look_up(self, example: Example) -> Outcome:
        """Look an example up in the cache."""
        if outcome := _not_run(self, example):
            return outcome
        parts = _parts(self, example)
        if example.name in self._rerun:
            return Outcome(example, parts, why="run: example_output_rerun names it")
        run = self.cache.get(digest(parts))
        if run and self.gate.check(example, run):
            # Pages call it "this run", so it has to be one.
            why = "run: its cached result differs from its recording"
            return Outcome(example, parts, why=why)
        if run:
            why = "not run: nothing that can change its output has changed"
            return Outcome(example, parts, run, cached=True, why=why)
        if not self.settings.runs_all and not self.gate.folder.recordings(example):
            why = "run if a page shows it, since it has no recording"
            return Outcome(example, parts, waits=True, why=why)
        why = f"run: {explain(self.cache.recall(example.name), parts)}"
        return Outcome(example, parts, why=why)

    def _look_up_timeline(self, outcome: Outcome) -> Outcome:
        """Look an example's timeline up in the cache."""
        parts = {**outcome.parts, "timeline": OBSERVER}
        run = self.cache.get(digest(parts))
        if run and (
            outcome.example.name in self._rerun
            or self.gate.check_timeline(outcome.example, run)
        ):
            run = None
        cached = run is not None
        return Outcome(outcome.example, parts, run, timeline=True, cached=cached)

    def is_for(self, settings: Settings, folder: Path) -> bool:
        """Whether it was created with these settings and this folder."""
        return (settings, folder) == (self.settings, self.cache.folder)

    @cached_property
    def _by_job(self) -> dict[str, Outcome]:
        return {outcome.job: outcome for outcome in self.states(self.outcomes)}

    def states(self, names: Iterable[str]) -> Iterator[Outcome]:
        """The outcomes of some examples: of their outputs, and of their timelines."""
        for name in names:
            for found in (self.outcomes, self.timelines):
                if name in found:
                    yield found[name]

    def shown(
        self, outcome: Outcome, suffix: str = OUTPUT
    ) -> Iterator[tuple[Recording | None, Transcript | None]]:
        """What pages show of an example: its recordings, in their order.

        The recording that this build's run was compared with is paired with that run;
        a run without a recording comes alone.
        """
        current = self.gate.recording(outcome.example, suffix)
        if current is None and outcome.run:
            yield None, outcome.run
        for recording in self.gate.folder.recordings(outcome.example, suffix):
            yield recording, outcome.run if recording == current else None

    def take(self, job: str, run: Transcript) -> None:
        """Take a result, and check it."""
        outcome = self._by_job[job]
        outcome.run = run
        self._check(outcome, run)
        if self._kept and not self.runs.pending:
            self._afterwards = _ask_again(self._afterwards)

    def _check(self, outcome: Outcome, run: Transcript) -> None:
        """Compare a run with its recording, and cache it if it passes."""
        compare = self.gate.check_timeline if outcome.timeline else self.gate.check
        outcome.problem = compare(outcome.example, run)
        if outcome.problem:  # it is not cached, and runs again
            return
        # After an edit meanwhile, it is unknown which version was run.
        fresh = replace(outcome.example, beside=None)
        with contextlib.suppress(OSError, ExampleError):
            parts = _parts(self, fresh)
            if outcome.parts != {**outcome.parts, **parts}:
                return
            self.cache.put(outcome.key, run)
            self._kept.append(outcome.key)
            if not outcome.timeline:
                self.cache.remember(outcome.example.name, outcome.parts)

    def close(self) -> None:
        """End all runs."""
        self.runs.close()
        if self._kept and _identity(self._afterwards) != self.interpreter.identity:
            # It is unknown with which version of a package each of them was run.
            self.cache.forget(self._kept)
        if self._afterwards:
            self._afterwards.close()
        self._kept.clear()


def _read(folder: Folder) -> None:
    """Read all examples and recordings; what is wrong with them is found later."""
    for example in folder.examples.values():
        with contextlib.suppress(ExampleError):
            _ = example.files
        for recording in folder.recordings(example):
            _ = recording.content


def _prepared(runs: Batches) -> Description | None:
    """A description that starts while programs run, and looks after the last one."""
    if runs.pending:
        with contextlib.suppress(OSError):
            return Description(waits=True)
    return None


def _ask_again(before: Description | None) -> Description | None:
    """Ask what is installed after the last run, while pages are being written.

    :param before: one that waits; or one from before other runs, which is ended.
    """
    if before and before.waits:
        before.begin()
        return before
    if before:
        before.close()
    with contextlib.suppress(OSError):
        return Description()
    return None


def _identity(description: Description | None) -> str:
    """What the interpreter and its packages are; empty if it does not say.

    :param description: by default, it is asked now.
    """
    try:
        return (description or Description()).interpreter.identity
    except (OSError, subprocess.SubprocessError):
        return ""


def _not_run(ledger: Ledger, example: Example) -> Outcome | None:
    """What is known of an example that is not run at all; otherwise nothing."""
    gate = ledger.gate
    if problem := gate.validate(example):
        return Outcome(example, problem=problem, why=f"not run: {problem.cause}")
    why = gate.inapplicable(example)
    if not why and ledger.settings.runs:
        return None
    left_out = not (why and example.metadata.runs)
    # The page of one that declares it says so itself.
    declared = why and left_out
    problem = None if declared else no_recording(gate, example, why or NEVER)
    why = f"not run: {why or NEVER}"
    return Outcome(example, problem=problem, left_out=left_out, why=why)


def _parts(ledger: Ledger, example: Example) -> dict[str, str]:
    return key_parts(
        example,
        ledger.interpreter,
        colors=ledger.settings.colors,
        masks=ledger.settings.masks,
        timeout=ledger.settings.timeout,
        limit=ledger.settings.limit,
    )


def _begin(
    ledger: Ledger,
    pending: list[Outcome],
    process: "subprocess.Popen[bytes] | None" = None,
) -> None:
    """Start runs that a ledger waits for."""
    fork = ledger.settings.fast_start and not ledger.settings.scheduler
    jobs = [
        plan(
            ledger.gate,
            outcome.example,
            ledger.interpreter,
            outcome.job,
            fork=fork,
            timeline=outcome.timeline,
        )
        for outcome in pending
    ]
    runs = Runs(
        jobs,
        at_once=ledger.settings.jobs,
        scheduler=ledger.settings.scheduler,
        process=process or (start(low_priority=True) if jobs else None),
    )
    ledger.runs.add(runs)


def _named(folder: Folder) -> set[str]:
    """The examples that are to be run again although their results are kept.

    :raises SettingsError: if the setting names no example.
    """
    found: set[str] = set()
    for pattern in folder.settings.rerun:
        names = matching(folder, pattern)
        if not names:
            cure = folder.missing(pattern, "").cure
            cause = f"no example is called {pattern!r}"
            raise SettingsError(f"example_output_rerun: {cause}. {cure}")
        found |= names
    return found


def cache_folder(settings: Settings, doctrees: Path) -> Path:
    """The folder of the cache: as set, or beside the doctrees."""
    return settings.cache or doctrees / "example_output"


@dataclass(frozen=True)
class HeadStart:
    """What was started before Sphinx: see ``__main__``."""

    ledger: Ledger | None
    """The ledger of the build that follows, if it could be started."""
    description: Description
    """The interpreter, which was asked before anything else."""
    when_set_up: Callable[[], None]
    """Called once Sphinx and all extensions are set up."""


HEAD_START: ContextVar[HeadStart | None] = ContextVar("HEAD_START", default=None)
"""The head start of the build in this process, if it has one."""


def describing() -> Description:
    """The description that was started early, or a new one."""
    head_start = HEAD_START.get()
    return head_start.description if head_start else Description()
