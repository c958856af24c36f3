"""The gate: does a run match its recording?

The docs build and pytest share this comparison and its messages.
"""

import contextlib
import re
import shlex
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from packaging.version import Version

from example_output import options
from example_output.ending import cut_short, killed, limit_reached, port_taken
from example_output.example import Example
from example_output.files import read_file
from example_output.folder import (
    OUTPUT,
    TIMELINE,
    Folder,
    Recording,
    is_foreign,
    recording_path,
)
from example_output.metadata import ExampleError
from example_output.normalize import addresses
from example_output.problems import Kind, Problem
from example_output.running.blame import blame
from example_output.running.fit import check_fit
from example_output.running.made import as_text, difference, made_path, unpack
from example_output.settings import Settings
from example_output.startup.session import failed
from example_output.transcript import (
    RecordingError,
    Transcript,
    diff,
    fingerprint,
    first_difference,
    quote,
    read_orders,
    read_recording,
    without_order,
    write_recording,
)

_NOT_FOUND = re.compile(r"(?m)^ModuleNotFoundError: No module named '(\w+)")


class Gate:
    """The comparison for one folder of examples and one version of Python.

    :param version: as :func:`platform.python_version` returns it.
    :param axis: what the examples are tried with: one of :data:`.settings.AXES`.
    :param packages: what is installed, as ``name==version``; ``None`` if that is
        unknown.
    """

    def __init__(
        self,
        folder: Folder,
        version: str,
        axis: str = "",
        packages: Iterable[str] | None = None,
    ) -> None:
        self.folder = folder
        self.settings = folder.settings
        self.version = Version(version)
        self.axis = axis
        # A release candidate counts as its release, although it sorts before it.
        self._base = Version(self.version.base_version)
        self.packages = packages

    # -- Before the run --------------------------------------------------------------

    def validate(self, example: Example) -> Problem | None:
        """Check that a file can be an example."""
        try:
            check_fit(example, self.folder.examples)
        except ExampleError as error:
            place = f"{self.settings.shown(example.path)}:{error.line}"
            return Problem(Kind.INVALID, example.name, str(error), places=(place,))
        for recording in self.folder.all_recordings(example):
            if why := recording.unreadable:
                shown = self.settings.shown(recording.path)
                cause = f"its recording {shown} cannot be read: {why}"
                return Problem(
                    Kind.INVALID, example.name, cause, places=(f"{shown}:1",)
                )
        return _lacking(self, example) if self.applies(example) else None

    def inapplicable(self, example: Example) -> str:
        """Why the example is not run on them; empty if it is."""
        if not example.metadata.runs:
            return "it declares run = false"
        wanted = example.metadata.requires_python
        if wanted and self._base not in wanted:
            return f"it needs Python {wanted}"
        return dict(example.metadata.axes).get(self.axis, "")

    def applies(self, example: Example) -> bool:
        """Whether the example is run on our version of Python, and our axis."""
        return not self.inapplicable(example)

    def recording(self, example: Example, suffix: str = OUTPUT) -> Recording | None:
        """The recording for our version of Python, and our axis."""
        for recording in self.folder.differing(example) if self.axis else ():
            if recording.axis == self.axis and suffix == OUTPUT:
                return recording
        recordings = self.folder.recordings(example, suffix)
        return next((r for r in recordings if r.holds_on(self.version)), None)

    def expected(self, example: Example, *, timeline: bool = False) -> str:
        """The fingerprint of the one result that passes; empty if several do."""
        recording = self.recording(example, TIMELINE if timeline else OUTPUT)
        if recording is None or example.metadata.varies:
            return ""
        if timeline:
            return fingerprint(recording.read())
        with contextlib.suppress(RecordingError):
            known = read_recording(recording.read(), example.command)
            return fingerprint(known.output, known.status)
        return ""

    def own_addresses(
        self, example: Example, *, timeline: bool = False
    ) -> tuple[str, ...]:
        """The addresses in what is recorded of it: they are the same on every run."""
        recording = self.recording(example, TIMELINE if timeline else OUTPUT)
        found = addresses(recording.read()) if recording else set()
        for name in example.metadata.makes:
            with contextlib.suppress(OSError):
                found |= addresses(as_text(read_file(made_path(example, name))) or "")
        return tuple(sorted(found))

    # -- After the run ---------------------------------------------------------------

    def check(self, example: Example, run: Transcript) -> Problem | None:
        """Compare a run with its recording."""
        if run.ending != example.metadata.ends:
            return cut_short(self.settings, example, run)
        if problem := killed(self, example, run):
            return problem
        actual = write_recording(example.command, run)
        recording = self.recording(example)
        if recording is None:
            return _unrecorded(self, example, run, actual)
        recorded = recording.read()
        if example.metadata.varies and recorded:
            recorded, actual = without_order(recorded), without_order(actual)
        if recorded == actual:
            made = _unlike_made(self, example, run)
            problem = made or _miscounted(self, example, recording)
            return problem or unmatched(self.settings, example, run)
        shown = self.settings.shown(recording.path)
        line = first_difference(recorded, actual)
        return Problem(
            Kind.DRIFT,
            example.name,
            "its output differs from its recording",
            diff(recorded, actual, f"{shown} (recorded)", self._this_run(example)),
            _accepting(self, example, run, "accept"),
            (blame(self.settings, example, recorded, actual), f"{shown}:{line}"),
        )

    def check_timeline(self, example: Example, run: Transcript) -> Problem | None:
        """Compare what an example's tasks did with its recorded timeline."""
        recording = self.recording(example, TIMELINE)
        if recording is None:
            return None
        if run.ending != "exit":
            return cut_short(self.settings, example, run)
        if problem := killed(self, example, run):
            return problem
        recorded = recording.read()
        if recorded == run.timeline:
            return None
        shown = self.settings.shown(recording.path)
        line = first_difference(recorded, run.timeline)
        place = f"{shown}:{line}"
        changes, why = _changes(recorded, run.timeline)
        if why:
            cause = f"its timeline can no longer be recorded: {why}"
            cure = f"Fix the program, or remove {shown}"
            return Problem(Kind.TIMELINE, example.name, cause, cure=cure)
        rows = diff(
            recorded, run.timeline, f"{shown} (recorded)", self._this_run(example)
        )
        return Problem(
            Kind.DRIFT,
            example.name,
            "its tasks differ from its recorded timeline",
            "".join(f"    {sentence}\n" for sentence in changes) + rows,
            f"If the new order is right, accept it: {self.cure(example)}",
            (place,),
        )

    def cure(self, example: Example, option: str = "") -> str:
        """The command that accepts what an example prints now.

        :param option: one of pytest's.
        """
        given = [*_elsewhere(self), *filter(None, [option])]
        return self.settings.accept(example.path, *given)

    def _this_run(self, example: Example) -> str:
        axis = f", {self.axis}" if self.axis else ""
        what = example.path.name if example.is_session else example.command
        return f"{what} (this run, Python {self.version}{axis})"


def _elsewhere(gate: Gate) -> list[str]:
    """The option that names what examples are run on, if it is not the usual Python."""
    if gate.axis:
        return [f"{options.AXIS}={gate.axis}"]
    minor = f"{gate.version.major}.{gate.version.minor}"
    usual = "{}.{}".format(*sys.version_info)
    return [] if minor == usual else [f"{options.PYTHON}={minor}"]


def fails(example: Example, run: Transcript) -> bool:
    """Whether a program, or a command of a session, has failed."""
    return bool(run.status) or (example.is_session and failed(run.output))


def no_timeline(gate: Gate, example: Example) -> Problem:
    """The problem of a page that asks for a timeline without a recording."""
    return Problem(
        Kind.TIMELINE,
        example.name,
        "it has no recorded timeline",
        cure=f"Record one: {gate.cure(example, options.TIMELINE)}",
    )


def documents_failure(recording: Recording | None, example: Example) -> bool:
    """Whether what is recorded of an example is a failure."""
    with contextlib.suppress(ValueError):
        text = recording.read() if recording else ""
        return fails(example, read_recording(text, example.command))
    return False


def _accepting(gate: Gate, example: Example, run: Transcript, verb: str) -> str:
    """What to do about an output that is not the recorded one."""
    output = "the new output" if verb == "accept" else "this output"
    cure = f"If {output} is right, {verb} it: {gate.cure(example)}"
    if fails(example, run) and not documents_failure(gate.recording(example), example):
        accept = gate.cure(example, options.ACCEPT_FAILURE)
        cure = f"It fails; if that is intended, {verb} it: {accept}"
    if found := _NOT_FOUND.search(run.output):
        cure += (
            f"\nIf {found[1]} is yours: examples do not see the sys.path of conf.py; "
            "install it, or declare pythonpath in [tool.example-output]"
        )
    limit = limit_reached(run) if fails(example, run) else ""
    for hint in filter(None, (port_taken(run), limit)):
        cure += f"\n{hint}"
    return cure


def _changes(recorded: str, found: str) -> tuple[list[str], str]:
    """What tasks do otherwise than recorded, and why that cannot be recorded."""
    # Rarely needed: programs start before a build would have imported these.
    from example_output.timeline.events import UnfitError
    from example_output.timeline.recorded import (
        TimelineError,
        differences,
        read_timeline,
    )

    try:
        new = read_timeline(found)
    except UnfitError as error:
        return [], str(error)
    try:
        return differences(read_timeline(recorded), new), ""
    except (UnfitError, TimelineError) as error:
        return [f"the recording cannot be read: {error}"], ""


def _unrecorded(gate: Gate, example: Example, run: Transcript, actual: str) -> Problem:
    cure = _accepting(gate, example, run, "record")
    if is_foreign(path := recording_path(example)):
        cure = not_ours(gate.settings, example, path)
    return Problem(
        Kind.UNRECORDED,
        example.name,
        "it has no recording; this run printed",
        quote(actual.splitlines()),
        cure,
        (f"{gate.settings.shown(example.path)}:1",),
    )


def no_recording(gate: Gate, example: Example, why: str) -> Problem | None:
    """The problem of an example that is not run and has no recording to show.

    :param why: why it is not run.
    """
    if gate.folder.recordings(example):
        return None
    how = "Record it" if gate.applies(example) else "Record it where it can run"
    return Problem(
        Kind.UNRECORDED,
        example.name,
        f"it has no recording, and {why}",
        cure=f"{how}: {gate.cure(example)}",
        places=(f"{gate.settings.shown(example.path)}:1",),
    )


def not_ours(settings: Settings, example: Example, path: Path) -> str:
    """Say that a file of somebody else is where a recording would be."""
    return (
        f"{settings.shown(path)} is not a recording, since its first line is not "
        f"'$ {example.command}': move it, or rename the example"
    )


def lacking(
    dependencies: Iterable[str], packages: Mapping[str, str], python: Version
) -> list[str]:
    """The dependencies that an interpreter lacks.

    :param dependencies: as in PEP 508.
    :param packages: what is installed for it: names and versions.
    :param python: its version.
    """
    from packaging.requirements import Requirement  # rarely needed
    from packaging.utils import canonicalize_name

    known = {canonicalize_name(name): found for name, found in packages.items()}
    minor = f"{python.major}.{python.minor}"
    here = {"python_version": minor, "python_full_version": str(python)}

    def is_missing(text: str) -> bool:
        wanted = Requirement(text)
        if wanted.marker and not wanted.marker.evaluate(here):
            return False
        found = known.get(canonicalize_name(wanted.name))
        return not found or not wanted.specifier.contains(found, prereleases=True)

    return list(filter(is_missing, dependencies))


def _lacking(gate: Gate, example: Example) -> Problem | None:
    """The problem of an example whose dependencies are not installed."""
    if gate.packages is None or not example.metadata.dependencies:
        return None
    packages = dict(text.split("==", 1) for text in gate.packages)
    missing = lacking(example.metadata.dependencies, packages, gate.version)
    if not missing:
        return None
    line = max(example.metadata.lines[0], 1)
    return Problem(
        Kind.DEPENDENCIES,
        example.name,
        f"it needs {', '.join(missing)}, which Python {gate.version} lacks here",
        cure=f"Install what is missing: pip install {shlex.join(missing)}",
        places=(f"{gate.settings.shown(example.path)}:{line}",),
    )


def _miscounted(gate: Gate, example: Example, recording: Recording) -> Problem | None:
    """The problem of a recording that says more orders than runs were seen."""
    text = recording.read()
    orders = read_orders(text)
    if orders is None or 1 <= orders[0] <= orders[1]:
        return None
    place = f"{gate.settings.shown(recording.path)}:{text.rstrip().count(chr(10)) + 1}"
    cause = f"its recording says {orders[0]} orders in {orders[1]} runs"
    cure = f"Record it again: {gate.cure(example)}"
    return Problem(Kind.INVALID, example.name, cause, cure=cure, places=(place,))


def _unlike_made(gate: Gate, example: Example, run: Transcript) -> Problem | None:
    """Compare the files that a run has made with the recorded ones."""
    for name in example.metadata.makes:
        path = made_path(example, name)
        new = unpack(run.made.get(name))
        cure = f"If it is right, record it: {gate.cure(example)}"
        rows = ""
        if new is None:
            cause = f"it has not made {name}"
            cure = "Fix the program, or what it declares in makes"
        elif not path.is_file():
            cause = f"{name}, which it makes, is not recorded"
        else:
            old, tolerance = read_file(path), example.metadata.tolerance
            shown = gate.settings.shown(path)
            how, rows = difference(shown, old, new, tolerance)
            if not how:
                continue
            cause = f"{name}, which it makes, is not as recorded: {how}"
        places = (f"{gate.settings.shown(example.path)}:1",)
        return Problem(Kind.DRIFT, example.name, cause, rows, cure, places)
    return None


def unmatched(settings: Settings, example: Example, run: Transcript) -> Problem | None:
    """The problem of an example that declares a mask that matches nothing."""
    # Those of conf.py may be for other examples.
    for pattern, _ in () if "masks" in example.declared else example.metadata.masks:
        if pattern not in run.masked:
            return Problem(
                Kind.MASK,
                example.name,
                f"its mask {pattern!r} matches nothing that it prints",
                cure="Fix the mask, or remove it",
                places=(declared_at(settings, example),),
            )
    return None


def declared_at(settings: Settings, example: Example) -> str:
    """The line of an example at which its metadata begins, as ``file:line``."""
    line = example.metadata.lines[0] or 1  # a file beside it may declare them
    return f"{settings.shown(example.path)}:{line}"
