"""Find out which examples run in the reader's browser, by running them in Node."""

import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from packaging.version import Version

from example_output.example import Example
from example_output.folder import Folder
from example_output.gate import Gate
from example_output.normalize import Surroundings, normalize
from example_output.playground.runtime import (
    PAGES,
    SOURCES,
    PlaygroundError,
    Runtime,
    node,
    observer,
)
from example_output.recording.recorder import STRESS, RefusedError, record
from example_output.recording.reproduced import Reproduced, cell_of
from example_output.running.start import environment
from example_output.timeline.recorded import text_of_log
from example_output.transcript import Ending, Transcript

_SYSTEM = "it needs a function of the system that browsers lack"
# Parts of the output of programs that need something that browsers lack.
_REASONS = {
    "can't start new thread": "it starts a thread",
    "does not support processes": "it starts a process",
    "module 'socket' has no attribute": "it opens a network connection",
    "module 'os' has no attribute": _SYSTEM,
    "module 'signal' has no attribute": _SYSTEM,
    "emscripten": _SYSTEM,
}
# What a package that is not there leaves, which the library of an author is, too.
_NO_MODULE = "ModuleNotFoundError: "

_TRIES = 3  # of a program that had to compute for long


class Prover:
    """Runs examples in the runtime, with a gate for its version of Python."""

    def __init__(self, runtime: Runtime, folder: Folder) -> None:
        self.runtime = runtime
        self.gate = Gate(folder, runtime.release.python)

    def prove(self, wanted: Iterable[Example]) -> dict[str, Transcript]:
        """Run the programs that are for this Python; return the transcripts by name."""
        examples = [e for e in wanted if self.gate.applies(e) and not e.is_session]
        runs: dict[str, Transcript] = {}
        for _ in range(_TRIES):
            runs |= {example.name: run for example, run in self.run(examples)}
            examples = [e for e in examples if self.was_slow(e, runs[e.name])]
        return runs

    def reasons(
        self, wanted: Iterable[Example], runs: Mapping[str, Transcript]
    ) -> dict[str, str]:
        """For some examples why they do not run in pages; empty for those that do.

        :param runs: what :meth:`prove` has returned for them.
        """
        return {
            example.name: self.reason(example, runs[example.name])
            if example.name in runs
            else self.gate.inapplicable(example) or "it is not a program"
            for example in wanted
        }

    def note(self, reproduced: Reproduced, runs: Mapping[str, Transcript]) -> list[str]:
        """Note what has been reproduced; return the problems of what differs.

        What needs a native Python keeps what such a Python has proven.

        :param runs: those of :meth:`prove`.
        """
        problems = []
        cell = cell_of(self.gate)
        for name, run in runs.items():
            example = self.gate.folder.examples[name]
            problem = self.gate.check(example, run)
            lacking = _lacking(self.gate, example, run) if problem else ""
            if lacking and reproduced.reason(example, cell) == "":
                continue
            if problem and not lacking:
                problems.append(problem.text)
                reproduced.note(example, cell, None)
            else:
                needs = f"{lacking}, which needs a native Python"
                reproduced.note(example, cell, needs if lacking else "")
        return problems

    def was_slow(self, example: Example, run: Transcript) -> bool:
        """Whether to try a program again.

        A machine that is slow for a moment makes a program compute for long.
        """
        return bool(self.reason(example, run)) and " compute: " in run.timeline

    def run(
        self, examples: Iterable[Example], *, moved: int = 0
    ) -> Iterator[tuple[Example, Transcript]]:
        """Run examples in Node; yield each with its transcript.

        :param moved: as in :meth:`answers`.
        :raises PlaygroundError: if Node fails.
        """
        for example, answer in self.answers(examples, moved=moved):
            own = self.gate.own_addresses(example)
            of_tasks = self.gate.own_addresses(example, timeline=True)
            masks = (*self.gate.settings.masks, *example.metadata.masks)
            minor = self.runtime.release.minor
            yield example, transcript(answer, own, of_tasks, minor, masks)

    def answers(
        self,
        examples: Iterable[Example],
        *,
        observed: bool = True,
        lines: int = 0,
        moved: int = 0,
    ) -> Iterator[tuple[Example, dict[str, Any]]]:
        """Run examples in Node; yield each with Node's answer, as it arrives.

        :param observed: whether what its tasks do is logged.
        :param lines: how many of its lines are logged, in virtual time.
        :param moved: by how many objects of each size those of a program are moved in
            memory, where the order of a set comes from; only if it is observed.
        :raises PlaygroundError: if Node ends before it has run them all.
        """
        by_name = {example.name: example for example in examples}
        order = {
            "runtime": f"{self.runtime.raw}/",
            "site": str(self.runtime.site),
            "observer": _observer(bool(lines), moved) if observed else None,
            "lines": lines,
            "files": {name: str(example.path) for name, example in by_name.items()},
        }
        for answer in _run_in_node(order):
            yield by_name[answer["key"]], answer

    def record(self, path: Path, *, accept_failure: bool = False) -> list[Path]:
        """Record what an example prints there; return the files that have changed.

        Recordings for other Pythons stay as they are.

        :raises PlaygroundError: if there is no such example, it does not support that
            Python, or it cannot be recorded.
        """
        found = [
            e for e in self.gate.folder.examples.values() if e.path == path.resolve()
        ]
        if not found:
            raise PlaygroundError(f"{path}: there is no such example")
        if not self.gate.applies(found[0]):
            raise PlaygroundError(f"{path}: {self.gate.inapplicable(found[0])}")
        runs = [
            run
            for moved, _ in enumerate(STRESS)
            for _, run in self.run(found, moved=moved)
        ]
        by_version = {str(self.gate.version): runs}
        try:
            done = record(
                [self.gate],
                found[0],
                by_version,
                accept_failure=accept_failure,
                keep=_older(found[0], self.gate.version),
            )
        except RefusedError as error:
            raise PlaygroundError(str(error)) from None
        return done.written + done.removed

    def reason(self, example: Example, run: Transcript) -> str:
        """Why an example does not run there; empty if it does."""
        if why := _unfit(example, run):
            return why
        if self.gate.check(example, run) is None:
            same = self.gate.check_timeline(example, run) is None
            return "" if same else "its tasks do something else there"
        if lacking := _lacking(self.gate, example, run):
            return lacking
        if run.ending != "exit":
            return "it does not end there"
        version = self.runtime.release.minor
        return f"Python {version} prints something else, which is not recorded yet"


def _lacking(gate: Gate, example: Example, run: Transcript) -> str:
    """What a run needed that is not there; empty if it is not known."""
    for text, reason in _REASONS.items():
        if text in run.output:
            return reason
    if len(example.files) > 1:
        return "it needs the files beside it"
    recording = gate.recording(example)
    documented = recording.read() if recording else ""
    if _NO_MODULE in run.output and _NO_MODULE not in documented:
        return "it imports what pages do not have"
    return ""


def _older(example: Example, version: Version) -> list[Version]:
    """The minor version before one, if the example runs on it."""
    before = Version(f"{version.major}.{version.minor - 1}")
    return [before] if example.may_run_on(before) else []


def _observer(lines: bool, moved: int) -> dict[str, str]:
    """The sources of the observer, the first of which keeps objects."""
    parts = observer(lines=lines)
    first = next(iter(parts))
    # Those of all sizes for which Python has pools.
    kept = f"[bytes(n) for n in range(0, 512, 16) for _ in range({moved})]"
    return {**parts, first: f"{parts[first]}\n_MOVED = {kept}\n"}


def _run_in_node(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    process = subprocess.Popen(
        # No program computes for long enough to be worth the optimizing compiler, which
        # takes a third of what it costs to start Python.
        [*node(), "--liftoff-only", str(SOURCES / "node.mjs")],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        process.stdin.write(json.dumps(order))
        process.stdin.close()
        yield from map(json.loads, process.stdout)
    if process.returncode:
        raise PlaygroundError("Node ended early")


def _unfit(example: Example, run: Transcript) -> str:
    """What keeps an example from running there that is no fault of the runtime."""
    if example.metadata.ends == "timeout":
        return "it does not end by itself"
    if example.metadata.varies or run.masked:
        return "its output is not the same on every run"
    if example.metadata.makes:
        return "it makes files"
    if not example.metadata.is_plain:
        return "it is given arguments, input, variables or modules"
    return ""


def transcript(
    answer: dict[str, Any],
    own: Iterable[str] = (),
    of_tasks: Iterable[str] = (),
    minor: str = PAGES.minor,
    masks: tuple[tuple[str, str], ...] = (),
) -> Transcript:
    """The transcript of Node's answer about one run, normalized as usual.

    :param own: addresses that stay as they are, in the output.
    :param of_tasks: addresses that stay as they are, in the timeline.
    :param minor: the minor version of Python there.
    :param masks: as in :class:`.Surroundings`.
    """
    archive = f"/lib/python{minor.replace('.', '')}.zip"
    where = Surroundings(
        folders=("/home/pyodide",),
        library=(archive, f"/lib/python{minor}", "/lib/rest.zip"),
        own=frozenset(own),
        masks=masks,
    )
    output = normalize(answer["output"], where)
    ending: Ending = "exit" if answer["ending"] == "exit" else "timeout"
    if answer["ending"] not in ("exit", "timeout", "deadlock"):
        raise PlaygroundError(f"{answer['key']}: {answer.get('error')}")
    timeline = text_of_log(answer["events"], replace(where, own=frozenset(of_tasks)))
    status = int(answer["status"])
    masked = sorted(where.matched)
    return Transcript(output, status, ending, answer["seconds"], timeline, masked)
