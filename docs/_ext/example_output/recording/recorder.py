"""Write recordings, if several runs agree.  No other module writes them."""

import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from packaging.version import Version

from example_output import options
from example_output.ending import killed
from example_output.example import Example
from example_output.files import write_atomically
from example_output.folder import (
    OUTPUT,
    TIMELINE,
    Recording,
    axis_path,
    is_foreign,
    recording_path,
)
from example_output.gate import (
    Gate,
    declared_at,
    documents_failure,
    fails,
    not_ours,
    unmatched,
)
from example_output.normalize import addresses, name_addresses
from example_output.recording.refusals import (
    failed_at,
    why_different,
    why_local,
    why_unstable,
)
from example_output.running.made import (
    difference,
    made_path,
    texts,
    unpack,
    with_addresses_named,
)
from example_output.settings import Settings
from example_output.timeline.events import UnfitError
from example_output.timeline.recorded import differences, read_timeline, unordered
from example_output.transcript import (
    Transcript,
    diff,
    quote,
    read_orders,
    without_order,
    write_orders,
    write_recording,
)


class Stress(NamedTuple):
    """The conditions of one run; what is recorded must not depend on them."""

    seed: int
    """``PYTHONHASHSEED``."""
    garbage: int | None
    """The threshold of garbage collection; see :class:`.Job`."""
    elsewhere: tuple[str, ...] = ()
    """What else differs; see :class:`.Job`."""


STRESS = (
    Stress(0, None),
    Stress(1, 10),
    Stress(2, 0),
    Stress(3, None, ("clock",)),
    Stress(4, None, ("machine", "place")),
)
"""The runs that have to agree.  The first has ordinary conditions."""


class RefusedError(Exception):
    """An example cannot be recorded; the message says why."""


@dataclass
class Recorded:
    """The result of recording one example."""

    written: list[Path] = field(default_factory=list)
    removed: list[Path] = field(default_factory=list)
    unseen: list[Recording] = field(default_factory=list)
    """Recordings for Pythons on which the example did not run this time."""

    def add(self, other: "Recorded") -> None:
        """Merge another result into this one."""
        self.written += other.written
        self.removed += other.removed
        self.unseen += other.unseen


def writing_allowed() -> bool:
    """Whether recordings may be written: not in CI, where nobody reviews them."""
    return os.environ.get("CI", "").lower() in ("", "0", "false")


def record(
    gates: Sequence[Gate],
    example: Example,
    runs: Mapping[str, Sequence[Transcript]],
    *,
    timelines: Mapping[str, Sequence[Transcript]] | None = None,
    accept_failure: bool = False,
    keep: Sequence[Version] = (),
) -> Recorded:
    """Write the recordings of one example: all of them, or none.

    :param gates: one for each interpreter that the example was run on.
    :param runs: the transcripts of each, by the version of Python.
    :param timelines: those of observed runs, if a timeline is to be recorded.
    :param accept_failure: whether a program that fails may be recorded for the first
        time; one whose recording already documents a failure always may.
    :param keep: minor versions that did not run, and whose recordings stay.  Without
        it, a new recording replaces the old one for all versions that this is for.
    :raises RefusedError: if a run was cut short, runs differ, or it fails unexpectedly.
    """
    outputs: dict[str, dict[Version, str]] = {OUTPUT: {}, TIMELINE: {}}
    place = declared_at(gates[0].settings, example)
    for gate in gates:
        gate_runs = _without_addresses(runs[str(gate.version)])
        _refuse_unstable(gate, example, gate_runs, accept_failure)
        minor = Version(f"{gate.version.major}.{gate.version.minor}")
        outputs[OUTPUT][minor] = _text(gate, example, gate_runs)
        if timelines:
            watched = _without_addresses(timelines[str(gate.version)])
            _refuse_killed(gate, example, watched, accept_failure)
            outputs[TIMELINE][minor] = _timeline(place, example, gate_runs[0], watched)
    for recording in gates[0].folder.recordings(example):
        for minor in filter(recording.holds_on, keep):
            outputs[OUTPUT].setdefault(minor, recording.read())
    every = _without_addresses([run for found in runs.values() for run in found])
    made = _made(place, example, every)
    done = Recorded()
    for suffix in (OUTPUT, TIMELINE) if timelines else (OUTPUT,):
        old = gates[0].folder.recordings(example, suffix)
        varies = example.metadata.varies and suffix == OUTPUT
        pieces = _merged(_pieces(old, outputs[suffix]), varies=varies)
        done.add(_write(gates[0].settings, example, old, pieces, suffix))
    _write_made(example, made, done)  # which refuses nothing
    return done


def record_axis(
    gate: Gate, example: Example, runs: Sequence[Transcript], accept_failure: bool
) -> Recorded:
    """Record what an example prints on the gate's axis, if that is something else.

    :raises RefusedError: as :func:`record` does.
    """
    runs = _without_addresses(runs)
    _refuse_unstable(gate, example, runs, accept_failure)
    text = _text(gate, example, runs)
    path = axis_path(example, gate.axis)
    usual = Gate(gate.folder, str(gate.version)).recording(example)
    same = without_order if example.metadata.varies else str
    if usual and same(usual.read()) == same(text):
        if not path.is_file():
            return Recorded()
        path.unlink()
        return Recorded(removed=[path])
    if path.is_file() and path.read_text("utf-8") == text:
        return Recorded()
    write_atomically(path, text)
    return Recorded(written=[path])


def _without_addresses(runs: Sequence[Transcript]) -> list[Transcript]:
    """The runs with placeholders for all addresses that are not the same in all."""
    own = [
        set.intersection(*map(addresses, those))
        for those in (
            [run.output for run in runs],
            [run.timeline for run in runs],
            ["\n".join(texts(run.made).values()) for run in runs],
        )
    ]
    return [
        replace(
            run,
            output=name_addresses(run.output, own[0]),
            timeline=name_addresses(run.timeline, own[1]),
            made=with_addresses_named(run.made, own[2]),
        )
        for run in runs
    ]


def _timeline(
    place: str, example: Example, plain: Transcript, runs: Sequence[Transcript]
) -> str:
    """The text of the timeline that the runs agree on.

    :param place: that of the example, for messages.

    :raises RefusedError: if they disagree, or if observing them changes their output.
    """
    texts = [run.timeline for run in runs]
    if any(run.ending != "exit" for run in (plain, *runs)):
        raise RefusedError(
            f"{place}: its timeline cannot be recorded, because it does not end "
            "by itself"
        )
    try:
        events = [read_timeline(text) for text in texts]
    except UnfitError as error:
        raise RefusedError(
            f"{place}: its timeline cannot be recorded: {error}, so the order "
            "of its events may differ between runs"
        ) from None
    if why := unordered(events[0]):
        raise RefusedError(f"{place}: its timeline cannot be recorded: {why}")
    printed = write_recording(example.command, plain)
    for run, found in zip(runs, events, strict=True):
        watched = write_recording(example.command, run)
        if watched != printed:
            shown = diff(printed, watched, "plain run", "observed run")
            raise RefusedError(
                f"{place}: its timeline cannot be recorded, because its output "
                f"changes when it is observed\n{shown}"
            )
        if found != events[0]:
            rows = "".join(f"    {line}\n" for line in differences(events[0], found))
            raise RefusedError(
                f"{place}: its timeline cannot be recorded, because it differs "
                f"between runs\n{rows}"
            )
    return texts[0]


def _text(gate: Gate, example: Example, runs: Sequence[Transcript]) -> str:
    """The text of the recording that the runs agree on."""
    texts = [write_recording(example.command, run) for run in runs]
    if not example.metadata.varies:
        return texts[0]
    old = gate.recording(example)
    before = old.read() if old else ""
    # A new order, or a new number of orders, does not change the recording.
    if read_orders(before) and without_order(before) == without_order(texts[0]):
        return before
    return write_orders(texts[0], len(set(texts)), len(texts))


def _refuse_unstable(
    gate: Gate, example: Example, runs: Sequence[Transcript], accept_failure: bool
) -> None:
    """Refuse runs that were cut short or disagree, and unexpected failures."""
    first = runs[0]
    for run in runs:
        if run.ending != example.metadata.ends:
            problem = gate.check(example, run)
            raise RefusedError(problem.text if problem else run.ending)
        if problem := unmatched(gate.settings, example, run):
            raise RefusedError(problem.text)
    _refuse_killed(gate, example, runs, accept_failure)
    _refuse_different(gate, example, runs)
    if local := why_local(gate, example, _texts(first)):
        raise RefusedError(local)
    recording = gate.recording(example)
    documented = documents_failure(recording, example)
    if fails(example, first) and not (accept_failure or documented):
        accept = gate.cure(example, options.ACCEPT_FAILURE)
        how = "a command of it fails" if example.is_session else "it fails"
        status = f", with exit status {first.status}" if first.status else ""
        shown = write_recording(example.command, first)
        raise RefusedError(
            f"{failed_at(gate.settings, example, shown)}: {how}{status}\n"
            f"{quote(shown.splitlines())}\n"
            f"If that is intended, accept it once: {accept}"
        )


def _refuse_killed(
    gate: Gate, example: Example, runs: Sequence[Transcript], accept_failure: bool
) -> None:
    """Refuse runs that the system has killed."""
    for run in () if accept_failure else runs:
        if problem := killed(gate, example, run):
            raise RefusedError(problem.text)


def _refuse_different(gate: Gate, example: Example, runs: Sequence[Transcript]) -> None:
    """Refuse runs that disagree, with a reason if it can be told."""
    first = runs[0]
    stresses = itertools.chain(STRESS[1:], itertools.repeat(STRESS[0]))
    for run, stress in zip(runs[1:], stresses, strict=False):
        one, other = (write_recording(example.command, r) for r in (first, run))
        if example.metadata.varies:
            one, other = without_order(one), without_order(other)
        if one != other and stress.elsewhere:
            conditions = stress.elsewhere
            raise RefusedError(why_different(gate, example, one, other, conditions))
        if one != other:
            raise RefusedError(why_unstable(gate, example, one, other))


def _made(place: str, example: Example, runs: Sequence[Transcript]) -> dict[str, bytes]:
    """The files that the runs have made.

    :param place: where the example declares them, for messages.

    :raises RefusedError: if one of them is missing, or if they differ.
    """
    found = {}
    for name in example.metadata.makes:
        contents = [unpack(run.made.get(name)) for run in runs]
        first = contents[0]
        for content in contents:
            if first is None or content is None:
                raise RefusedError(
                    f"{place}: it has not made {name}, which its "
                    "[tool.example-output] table declares in makes"
                )
            tolerance = example.metadata.tolerance
            how, rows = difference(name, first, content, tolerance)
            if how:
                raise RefusedError(
                    f"{place}: {name}, which it makes, is not the same in all "
                    f"runs: {how}\n{rows}"
                    "Seed what is random, leave dates out, or allow a tolerance for "
                    "pictures in its [tool.example-output] table"
                )
        found[name] = first or b""
    return found


def _write_made(example: Example, made: Mapping[str, bytes], done: Recorded) -> None:
    """Record the files that an example has made, if they differ from the recorded."""
    for name, content in made.items():
        path, tolerance = made_path(example, name), example.metadata.tolerance
        old = path.read_bytes() if path.is_file() else None
        if old is None or difference(name, old, content, tolerance)[0]:
            write_atomically(path, content)
            done.written.append(path)


def _texts(run: Transcript) -> str:
    """What a run has printed, and the text files that it has made."""
    return "\n".join([run.output, *texts(run.made).values()])


@dataclass(frozen=True)
class _Piece:
    """A text and the first minor version that it holds on; ``None`` for the oldest."""

    since: Version | None
    text: str
    old: Recording | None = None
    """The recording that it is copied from, if no run gave the text."""


def _pieces(old: Sequence[Recording], texts: Mapping[Version, str]) -> Iterator[_Piece]:
    """The recordings as they should be: split where the outputs of versions differ."""
    # There may be none yet for the oldest Pythons.
    known = list(old)
    if not old or old[0].since:
        known.insert(0, Recording(Path(), before=old[0].since if old else None))
    for recording in known:
        inside = sorted(v for v in texts if recording.holds_on(v))
        if not inside and recording.path == Path():
            continue
        if not inside:
            yield _Piece(recording.since, recording.read(), recording)
            continue
        groups = itertools.groupby(inside, key=texts.__getitem__)
        for number, (text, versions) in enumerate(groups):
            yield _Piece(next(versions) if number else recording.since, text)


def _merged(pieces: Iterator[_Piece], *, varies: bool) -> list[_Piece]:
    """Merge neighbours with the same text: only real differences make a file.

    :param varies: whether to ignore the order of the lines.
    """
    result: list[_Piece] = []
    for piece in pieces:
        same = without_order if varies else str
        if not result or same(result[-1].text) != same(piece.text):
            result.append(piece)
    return result


def _write(
    settings: Settings,
    example: Example,
    old: Sequence[Recording],
    pieces: Sequence[_Piece],
    suffix: str,
) -> Recorded:
    result = Recorded(unseen=[piece.old for piece in pieces if piece.old])
    wanted = {
        recording_path(example, piece.since, suffix): piece.text for piece in pieces
    }
    before = {recording.path: recording.read() for recording in old}
    for path in wanted.keys() - before.keys():
        if is_foreign(path):
            raise RefusedError(f"{example.name}: {not_ours(settings, example, path)}")
    for path, text in wanted.items():
        if before.get(path) != text:
            write_atomically(path, text)
            result.written.append(path)
    for path in before.keys() - wanted.keys():
        path.unlink()
        result.removed.append(path)
    return result
