"""The gate: does a run give what its recording says?

One comparison and one text for the docs build and for pytest.
"""

import difflib
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import zip_longest
from pathlib import Path

from packaging.version import Version

from example_output import options
from example_output.example import (
    Example,
    ExampleError,
    find_examples,
    get_example,
    read_file,
)
from example_output.forking import SUPPORTED, can_fork
from example_output.runner import Interpreter, Job
from example_output.settings import Settings
from example_output.timeline import (
    TimelineError,
    UnfitError,
    differences,
    read_timeline,
)
from example_output.transcript import (
    Transcript,
    diff,
    first_difference,
    quote,
    without_order,
    write_recording,
)

OUTPUT = ".out"
"""The suffix of a recorded output."""
TIMELINE = ".timeline"
"""The suffix of a recorded timeline."""
_SINCE = re.compile(
    r"(?P<stem>.+)\.from-(?P<version>\d+\.\d+)(?P<suffix>\.out|\.timeline)"
)

_OLDEST = Version("0")

# The recordings in a folder: for each stem and suffix, since which Pythons they hold.
Listing = dict[tuple[str, str], list[Version | None]]


class Kind(Enum):
    """What can be wrong: the subtype of a warning, and what it means for readers."""

    DRIFT = "drift"
    UNRECORDED = "unrecorded"
    TIMEOUT = "timeout"
    LIMIT = "limit"
    MISSING = "missing"
    OUTSIDE = "outside"
    INVALID = "invalid"
    ANCHOR = "anchor"
    CLAIM = "claim"
    TIMELINE = "timeline"
    UNUSED = "unused"
    ORPHAN = "orphan"

    @property
    def meaning(self) -> str:
        """One sentence or two, for the list of warning types."""
        return _MEANINGS[self]


_MEANINGS = {
    Kind.DRIFT: "A run does not give what its recording says. "
    "Mend the program, or accept the new output.",
    Kind.UNRECORDED: "There is no recording to compare the run with. Make one.",
    Kind.TIMEOUT: "The program still ran when its time was up. "
    "The page shows its output so far.",
    Kind.LIMIT: "The program printed more than a page should hold.",
    Kind.MISSING: "A page names an example that does not exist.",
    Kind.OUTSIDE: "A page names a file that is not inside the examples folder.",
    Kind.INVALID: "A file cannot be an example: its name hides a standard module, or "
    "its metadata cannot be read.",
    Kind.ANCHOR: "A text to highlight is on no line of the example, or on several, or "
    "a text that the shown part begins or ends with is not there.",
    Kind.CLAIM: "A page quotes a program or an output that does not have the text, or "
    "asks a recording for what it does not tell.",
    Kind.TIMELINE: "A page asks for a timeline that is not recorded, or "
    "that cannot be.",
    Kind.UNUSED: "An example, or the timeline of one, is on no page.",
    Kind.ORPHAN: "A recording belongs to no example.",
}


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, told the same way wherever it is found."""

    kind: Kind
    name: str
    """The example, as a page calls it."""
    cause: str
    detail: str = ""
    """The diff, or the output so far."""
    cure: str = ""
    places: tuple[str, ...] = ()
    """``file:line`` of what there is to look at, the example's own line first."""

    @property
    def text(self) -> str:
        """All of it, over several lines; the first says what is wrong."""
        parts = [f"{self.name}: {self.cause}"]
        if self.detail:
            parts.append(self.detail.rstrip("\n"))
        if self.places:
            parts.append("at " + ", ".join(self.places))
        if self.cure:
            parts.append(self.cure)
        return "\n".join(parts)


@dataclass(frozen=True)
class Recording:
    """One recording of an example, and the Pythons on which it holds."""

    path: Path
    since: Version | None = None
    """The first minor version it holds on; ``None`` for the oldest supported."""
    before: Version | None = None
    """The first minor version it no longer holds on; ``None`` if there is none yet."""

    def holds_on(self, version: Version) -> bool:
        """Whether it is the one for this Python."""
        if self.since is self.before is None:
            return True  # as most do
        minor = Version(f"{version.major}.{version.minor}")
        return (self.since is None or self.since <= minor) and (
            self.before is None or minor < self.before
        )

    @property
    def label(self) -> str:
        """The Pythons on which it holds, in words."""
        if self.since and self.before:
            last = f"{self.before.major}.{self.before.minor - 1}"
            return f"Python {self.since}" + (
                "" if last == str(self.since) else f" to {last}"
            )
        if self.since:
            return f"Python {self.since} and later"
        if self.before:
            return f"Python {self.before.major}.{self.before.minor - 1} and earlier"
        return "every supported Python"

    @cached_property
    def content(self) -> bytes:
        """Its bytes, as they were when somebody first asked.

        A build compares, shows and notes the same ones.
        """
        return read_file(self.path)

    def read(self) -> str:
        """Its text, with line feeds whatever the checkout made of them."""
        return self.content.decode("utf-8", "replace").replace("\r\n", "\n")


class Gate:
    """The comparison for one project and one interpreter."""

    def __init__(self, settings: Settings, interpreter: Interpreter) -> None:
        self.settings = settings
        self.interpreter = interpreter
        self.version = Version(interpreter.version)
        # A release candidate of 3.14 has what 3.14 has, though it sorts before it.
        self._base = Version(self.version.base_version)
        self._listings: dict[str, Listing] = {}
        self._recordings: dict[tuple[str, str], list[Recording]] = {}

    @cached_property
    def examples(self) -> dict[str, Example]:
        """All examples of the project by name."""
        return {
            example.name: example for example in find_examples(self.settings.folder)
        }

    def find(self, name: str) -> Example:
        """The example that a page calls ``name``.

        :raises ExampleError: if there is none, as :func:`.example.get_example` does.
        """
        return self.examples.get(name) or get_example(self.settings.folder, name)

    # -- Before the run --------------------------------------------------------------

    def validate(self, example: Example) -> Problem | None:
        """Check that a file can be an example."""
        try:
            example.validate()
        except ExampleError as error:
            place = f"{self.settings.shown(example.path)}:{error.line}"
            return Problem(Kind.INVALID, example.name, str(error), places=(place,))
        return None

    def applies(self, example: Example) -> bool:
        """Whether our interpreter is one that the example is written for."""
        wanted = example.metadata.requires_python
        return not wanted or self._base in wanted

    def job(
        self,
        example: Example,
        key: str,
        *,
        seed: int = 0,
        garbage: int | None = None,
        fork: bool = False,
        timeline: bool = False,
    ) -> Job:
        """The run of an example on our interpreter.

        ``seed``, ``garbage`` and ``timeline`` are for its :class:`.runner.Job`.

        :param fork: whether it may be forked, if that makes no difference to it.
        """
        alone = len(example.files) == 1
        return Job(
            key=key,
            files=tuple(map(str, example.files)),
            root=str(example.path.parent),
            executable=self.interpreter.executable,
            library=self.interpreter.library,
            timeout=example.metadata.timeout or self.settings.timeout,
            limit=self.settings.limit,
            seed=seed,
            garbage=garbage,
            fork=fork and SUPPORTED and alone and can_fork(example.source),
            timeline=timeline,
        )

    def recordings(self, example: Example, suffix: str = OUTPUT) -> list[Recording]:
        """An example's recordings, the one for the oldest Python first.

        :param suffix: :data:`OUTPUT` or :data:`TIMELINE`.
        """
        key = example.name, suffix
        if key not in self._recordings:
            self._recordings[key] = self._find_recordings(example, suffix)
        return self._recordings[key]

    def _find_recordings(self, example: Example, suffix: str) -> list[Recording]:
        folder, _, file = example.name.rpartition("/")
        stem = file.removesuffix(".py")
        starts = self._listing(folder).get((stem, suffix), ())
        return [
            Recording(recording_path(example, since, suffix), since, before)
            for since, before in zip_longest(starts, starts[1:])
        ]

    def recording(self, example: Example, suffix: str = OUTPUT) -> Recording | None:
        """The recording that holds on our interpreter."""
        recordings = self.recordings(example, suffix)
        return next((r for r in recordings if r.holds_on(self.version)), None)

    def _listing(self, folder: str) -> Listing:
        """The recordings in a folder: for each stem and suffix since which Python.

        :param folder: as names have it, relative to that of the examples.
        """
        if folder not in self._listings:
            found: Listing = {}
            with os.scandir(self.settings.folder / folder) as files:
                names = [file.name for file in files if file.is_file()]
            for name in names:
                if ".from-" in name and (match := _SINCE.fullmatch(name)):
                    key = match["stem"], match["suffix"]
                    found.setdefault(key, []).append(Version(match["version"]))
                # Also one whose stem looks like that of a recording for newer Pythons.
                for suffix in (OUTPUT, TIMELINE):
                    if name.endswith(suffix):
                        key = name.removesuffix(suffix), suffix
                        found.setdefault(key, []).append(None)
            for starts in found.values():
                starts.sort(key=lambda since: since or _OLDEST)
            self._listings[folder] = found
        return self._listings[folder]

    # -- After the run ---------------------------------------------------------------

    def check(self, example: Example, run: Transcript) -> Problem | None:
        """Compare a run with its recording."""
        if run.ending != "exit":
            return self._cut_short(example, run)
        actual = write_recording(example.command, run)
        recording = self.recording(example)
        if recording is None:
            return self._unrecorded(example, run, actual)
        recorded = recording.read()
        if example.metadata.varies and recorded:
            recorded, actual = without_order(recorded), without_order(actual)
        if recorded == actual:
            return None
        shown = self.settings.shown(recording.path)
        line = first_difference(recorded, actual)
        return Problem(
            Kind.DRIFT,
            example.name,
            "its output is not what its recording says",
            diff(recorded, actual, f"{shown} (recorded)", self._this_run(example)),
            f"If the new output is right, accept it: {self.cure(example)}",
            (self._blame(example, recorded, actual), f"{shown}:{line}"),
        )

    def check_timeline(self, example: Example, run: Transcript) -> Problem | None:
        """Compare what an example's tasks did with its recorded timeline."""
        recording = self.recording(example, TIMELINE)
        if recording is None:
            return None
        if run.ending != "exit":
            return self._cut_short(example, run)
        recorded = recording.read()
        if recorded == run.timeline:
            return None
        shown = self.settings.shown(recording.path)
        line = first_difference(recorded, run.timeline)
        place = f"{shown}:{line}"
        try:
            new = read_timeline(run.timeline)
        except UnfitError as error:
            cause = f"its timeline cannot be made any more: {error}"
            cure = f"Mend the program, or remove {shown}"
            return Problem(Kind.TIMELINE, example.name, cause, cure=cure)
        try:
            told = differences(read_timeline(recorded), new)
        except (UnfitError, TimelineError) as error:
            told = [f"the recording cannot be read: {error}"]
        rows = diff(
            recorded, run.timeline, f"{shown} (recorded)", self._this_run(example)
        )
        return Problem(
            Kind.DRIFT,
            example.name,
            "its tasks do not do what its recorded timeline says",
            "".join(f"    {sentence}\n" for sentence in told) + rows,
            f"If the new order is right, accept it: {self.cure(example)}",
            (place,),
        )

    def _cut_short(self, example: Example, run: Transcript) -> Problem:
        place = f"{self.settings.shown(example.path)}:1"
        so_far = quote(run.output.splitlines()) or "    (it had printed nothing)"
        if run.ending == "limit":
            limit = f"{self.settings.limit:,}".replace(",", " ")
            return Problem(
                Kind.LIMIT,
                example.name,
                f"stopped after {limit} bytes of output; the last lines",
                so_far,
                "Print less, or raise example_output_limit in conf.py",
                (place,),
            )
        timeout = example.metadata.timeout or self.settings.timeout
        return Problem(
            Kind.TIMEOUT,
            example.name,
            f"stopped after {timeout:g} s; the output so far",
            so_far,
            "Let it end by itself, or give it more time: example_output_timeout in "
            "conf.py, or timeout in its [tool.example-output] table",
            (place,),
        )

    def _unrecorded(self, example: Example, run: Transcript, actual: str) -> Problem:
        cure = f"If this output is right, record it: {self.cure(example)}"
        if run.status:
            accept = self.cure(example, options.ACCEPT_FAILURE)
            cure += f" (it fails: if it is meant to, say so: {accept})"
        return Problem(
            Kind.UNRECORDED,
            example.name,
            "it has no recording; this run printed",
            quote(actual.splitlines()),
            cure,
            (f"{self.settings.shown(example.path)}:1",),
        )

    def cure(self, example: Example, option: str = "") -> str:
        """The command that accepts what an example prints now.

        :param option: one of pytest, which a Makefile is handed in ``ARGS``.
        """
        command = self.settings.cure.format(path=self.settings.shown(example.path))
        if not option:
            return command
        handed = f"ARGS={option}" if command.startswith("make ") else option
        return f"{command} {handed}"

    def _this_run(self, example: Example) -> str:
        return f"{example.command} (this run, Python {self.interpreter.version})"

    def _blame(self, example: Example, recorded: str, actual: str) -> str:
        """The line of the example that most likely made the difference."""
        lines = example.source.decode("utf-8", "replace").split("\n")
        number = first_difference(recorded, actual)
        printed = (actual.split("\n") + [""] * number)[number - 1].strip()
        frames = re.findall(
            rf'File "{re.escape(example.path.name)}", line (\d+)', actual
        )
        found = [n for n, line in enumerate(lines, 1) if printed and printed in line]
        line = found[0] if found else int(frames[-1]) if frames else 1
        return f"{self.settings.shown(example.path)}:{line}"

    # -- The folder as a whole -------------------------------------------------------

    def missing(self, name: str, cause: str) -> Problem:
        """A page names an example that is not there."""
        close = difflib.get_close_matches(name, self.examples, n=1, cutoff=0.5)
        cure = f"Did you mean {close[0]}?" if close else "Write it, or mend the name"
        return Problem(Kind.MISSING, name, cause, cure=cure)

    def outside(self, name: str, cause: str) -> Problem:
        """A page names something that is not an example's name at all."""
        cure = f"Move the file into {self.settings.shown(self.settings.folder)}/"
        return Problem(Kind.OUTSIDE, name, cause, cure=cure)

    def unused(self, named: Iterable[str]) -> list[Problem]:
        """The examples that no page names."""
        return [
            Problem(
                Kind.UNUSED,
                name,
                "it is on no page",
                cure="Show it, remove it, or let its name start with _",
                places=(f"{self.settings.shown(self.examples[name].path)}:1",),
            )
            for name in sorted(set(self.examples) - set(named))
        ]

    def unused_timelines(self, named: Iterable[str]) -> list[Problem]:
        """The recorded timelines that no page shows."""
        return [
            Problem(
                Kind.UNUSED,
                name,
                "its timeline is on no page",
                cure="Show it, or remove it",
                places=(f"{self.settings.shown(recordings[0].path)}:1",),
            )
            for name in sorted(set(self.examples) - set(named))
            if (recordings := self.recordings(self.examples[name], TIMELINE))
        ]

    def no_timeline(self, example: Example) -> Problem:
        """A page shows a timeline that nobody has recorded."""
        return Problem(
            Kind.TIMELINE,
            example.name,
            "no timeline of it is recorded",
            cure=f"Record one: {self.cure(example, options.TIMELINE)}",
        )

    def orphans(self) -> list[Problem]:
        """The recordings that belong to no example."""
        own = {
            str(recording.path)
            for example in self.examples.values()
            for suffix in (OUTPUT, TIMELINE)
            for recording in self.recordings(example, suffix)
        }
        found = {
            os.path.join(parent, name)
            for parent, _, names in os.walk(self.settings.folder)
            for name in names
            if name.endswith((OUTPUT, TIMELINE))
        }
        return [
            Problem(
                Kind.ORPHAN,
                path.relative_to(self.settings.folder).as_posix(),
                "a recording without an example",
                cure="Remove it, or bring its example back",
                places=(f"{self.settings.shown(path)}:1",),
            )
            for path in sorted(map(Path, found - own))
        ]


def recording_path(
    example: Example, since: Version | None = None, suffix: str = OUTPUT
) -> Path:
    """Where the recording lies that holds from a minor version of Python on."""
    return example.path.with_suffix(f".from-{since}{suffix}" if since else suffix)
