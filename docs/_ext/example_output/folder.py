"""The examples folder: its examples and their recordings."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import cache, cached_property
from pathlib import Path

from packaging.version import InvalidVersion, Version

from example_output.example import (
    MAIN,
    PROGRAM,
    SESSION,
    Example,
    choose_examples,
    get_chosen,
)
from example_output.files import can_be_shown, read_file
from example_output.metadata import DECLARED, ExampleError
from example_output.problems import Kind, Problem
from example_output.running.made import made_path
from example_output.settings import Settings

OUTPUT = ".out"
"""The suffix of a recorded output."""
TIMELINE = ".timeline"
"""The suffix of a recorded timeline."""
_COMMAND = b"$ python"
_PROMPT = b"$ "  # before the first command of a session, which may be any
_SINCE = re.compile(
    r"(?P<stem>.+)\.from-(?P<version>\d+\.\d+)(?P<suffix>\.out|\.timeline)"
)
_OLDEST = Version("0")
# The recordings in a folder: for each stem and suffix, their first Python versions.
Listing = dict[tuple[str, str], list[Version | None]]


@dataclass(frozen=True)
class Recording:
    """One recording of an example, and the Python versions that it is for."""

    path: Path
    since: Version | None = None
    """The first minor version that it is for; ``None`` for the oldest supported."""
    before: Version | None = None
    """The first minor version that it is not for; ``None`` if there is none yet."""
    axis: str = ""
    """The axis that it is for alone: see :data:`.settings.AXES`."""

    def holds_on(self, version: Version) -> bool:
        """Whether it is for this version of Python."""
        if self.since is self.before is None:
            return True  # the usual case, without a comparison of versions
        minor = Version(f"{version.major}.{version.minor}")
        return (self.since is None or self.since <= minor) and (
            self.before is None or minor < self.before
        )

    @property
    def minors(self) -> tuple[str, str]:
        """The first and the last minor version that it is for; empty where open."""
        before = self.before
        last = f"{before.major}.{before.minor - 1}" if before else ""
        return str(self.since or ""), last

    @property
    def label(self) -> str:
        """The Python versions that it is for, in words."""
        first, last = self.minors
        if first and last:
            return f"Python {first}" + ("" if last == first else f" to {last}")
        if first:
            return f"Python {first} and later"
        return f"Python {last} and earlier" if last else "every supported Python"

    @cached_property
    def _read(self) -> tuple[bytes, str]:
        """Its bytes, and why they cannot be read; read once.

        So a build compares, shows and digests the same ones.
        """
        try:
            return read_file(self.path), ""
        except OSError as error:
            return b"", error.strerror or str(error)

    @property
    def content(self) -> bytes:
        """Its bytes; none if it cannot be read, which the gate reports."""
        return self._read[0]

    @property
    def unreadable(self) -> str:
        """Why it cannot be read; empty if it can."""
        return self._read[1]

    def read(self) -> str:
        """Its text, with line feeds, even in a checkout with CRLF."""
        return self.content.decode("utf-8", "replace").replace("\r\n", "\n")


def _made(example: Example) -> list[Recording]:
    """The recorded files that an example makes."""
    try:
        paths = [made_path(example, name) for name in example.metadata.makes]
    except ExampleError:
        return []  # a problem of its own
    return [Recording(path) for path in paths if os.path.isfile(path)]


def _is_reachable(
    example: Example, recording: Recording, pythons: Sequence[Version]
) -> bool:
    """Whether it is for a Python, of these or of all, on which its example runs."""
    if not pythons and recording.since is recording.before is None:
        return True
    try:
        runs_on = filter(example.may_run_on, pythons or _every_python())
        return any(map(recording.holds_on, runs_on))
    except ExampleError:
        return True  # a problem of its own


@cache
def _every_python() -> list[Version]:
    """All minor versions that there are or may be."""
    return [Version(f"{n // 100}.{n % 100}") for n in range(300, 1000)]


def _is_file(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_file()
    except OSError:  # a link that leads to itself
        return False


def _is_recording(path: Path) -> bool:
    """Whether a file is a recording: other programs write ``.out`` files, too."""
    if path.suffix == TIMELINE or not path.is_file():
        return path.suffix == TIMELINE
    try:
        with open(path, "rb") as file:
            return _is_own(path, file.read(len(_COMMAND)))
    except OSError:  # the gate reports it
        return True


def _is_own(path: Path, content: bytes) -> bool:
    """Whether a file begins as recordings do."""
    return content.startswith(_PROMPT if f"{SESSION}." in path.name else _COMMAND)


def recording_path(
    example: Example, since: Version | None = None, suffix: str = OUTPUT
) -> Path:
    """The path of the recording for a minor version of Python and later ones."""
    start = f".from-{since}" if since else ""
    return example.recorded(f"{start}{suffix}")


def axis_path(example: Example, axis: str) -> Path:
    """The path of the recording for an axis."""
    return example.recorded(f".{axis}{OUTPUT}")


def _own(files: Iterable[Recording]) -> list[Recording]:
    """The recordings among files in the order of versions; each ends the one before."""
    found = [
        file
        for file in files
        if file.path.suffix == TIMELINE
        or _is_own(file.path, file.content)
        or not file.content  # a recording that was emptied
    ]
    for number, following in enumerate(found[1:]):
        found[number] = replace(found[number], before=following.since)
    return found


def is_foreign(path: Path) -> bool:
    """Whether a file is where a recording would be, and is something else."""
    return path.is_file() and path.stat().st_size > 0 and not _is_recording(path)


def _listed(folder: Path) -> Listing:
    """The recordings in a folder: for each stem and suffix, their first versions."""
    found: Listing = {}
    with os.scandir(folder) as files:
        names = [file.name for file in files if _is_file(file)]
    for name in names:
        if ".from-" in name and (match := _SINCE.fullmatch(name)):
            key = match["stem"], match["suffix"]
            found.setdefault(key, []).append(Version(match["version"]))
        # The stem itself may look like that of a recording for newer Pythons.
        for suffix in (OUTPUT, TIMELINE):
            if name.endswith(suffix):
                key = name.removesuffix(suffix), suffix
                found.setdefault(key, []).append(None)
    for starts in found.values():
        starts.sort(key=lambda since: since or _OLDEST)
    return found


class Folder:
    """The examples folder of one project, independent of any Python version."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._listings: dict[str, Listing] = {}
        self._recordings: dict[tuple[str, str], list[Recording]] = {}

    @cached_property
    def examples(self) -> dict[str, Example]:
        """All examples of the project by name.

        :raises SettingsError: as :func:`.example.choose_examples` does.
        """
        return choose_examples(self.settings)

    def find(self, name: str) -> Example:
        """The example that a page calls ``name``.

        :raises ExampleError: if there is none.
        """
        found = self.examples.get(name) or self.examples.get(f"{name}/{MAIN}")
        return found or get_chosen(self.settings, name)

    def recordings(self, example: Example, suffix: str = OUTPUT) -> list[Recording]:
        """An example's recordings, the one for the oldest Python first.

        :param suffix: :data:`OUTPUT` or :data:`TIMELINE`.
        """
        key = example.name, suffix
        if key not in self._recordings:
            self._recordings[key] = self._find_recordings(example, suffix)
        return self._recordings[key]

    def differing(self, example: Example) -> list[Recording]:
        """Its recordings for axes on which it prints something else."""
        return [
            Recording(path, axis=axis)
            for axis, _ in self.settings.axes
            if (f"{example.stem}.{axis}", OUTPUT) in self._listing(example)
            and _is_recording(path := axis_path(example, axis))
        ]

    def all_recordings(self, example: Example) -> list[Recording]:
        """All that is recorded of an example."""
        timelines = self.recordings(example, TIMELINE)
        outputs = self.recordings(example) + self.differing(example)
        return outputs + timelines + _made(example)

    def has_changed(self, example: Example) -> bool:
        """Whether its program or a recording is not what this build has read."""
        recordings = self.all_recordings(example)
        read = {r.path: r.content for r in recordings if not r.unreadable}
        try:
            read[example.path] = example.source
            return any(read_file(path) != content for path, content in read.items())
        except ExampleError:  # it was never read, which is reported
            return False
        except OSError:  # it was removed
            return True

    def _find_recordings(self, example: Example, suffix: str) -> list[Recording]:
        listing = self._listing(example)
        starts = listing.get((example.stem, suffix), ())
        return _own(Recording(recording_path(example, s, suffix), s) for s in starts)

    def _listing(self, example: Example) -> Listing:
        """The recordings in the folder of an example, read once."""
        folder = example.base.rpartition("/")[0]
        if folder not in self._listings:
            self._listings[folder] = _listed(self.settings.folder / folder)
        return self._listings[folder]

    # -- What is wrong with it as a whole --------------------------------------------

    def missing(self, name: str, cause: str) -> Problem:
        """The problem of a page that names an example that does not exist."""
        return Problem(Kind.MISSING, name, cause, cure=_instead(self, name))

    def outside(self, name: str, cause: str) -> Problem:
        """The problem of a page that names a file outside the examples folder."""
        cure = f"Move the file into {self.settings.shown(self.settings.folder)}/"
        return Problem(Kind.OUTSIDE, name, cause, cure=_meant(self, name) or cure)

    def unused(self, named: Iterable[str]) -> list[Problem]:
        """The examples that no page names."""
        cure = "Show it, remove it, or start its name with _"
        return [
            self._at(self.examples[name].path, Kind.UNUSED, "it is on no page", cure)
            for name in sorted(set(self.examples) - set(named))
        ]

    def unused_timelines(self, named: Iterable[str]) -> list[Problem]:
        """The recorded timelines that no page shows."""
        cause, cure = "its timeline is on no page", "Show it, or remove it"
        return [
            replace(self._at(recordings[0].path, Kind.UNUSED, cause, cure), name=name)
            for name in sorted(set(self.examples) - set(named))
            if (recordings := self.recordings(self.examples[name], TIMELINE))
        ]

    def unreachable(self, version: Version) -> list[Problem]:
        """The recordings that hold on no Python of the project, so nobody checks them.

        :param version: the one that this is.
        """
        pythons = _versions(self.settings.pythons)
        cause, cure = "it holds on no Python on which the example runs", "Remove it"
        if pythons:
            pythons.append(version)
            cause = cause.replace("no Python", "none of example_output_pythons")
            cure += ", or add its Python to example_output_pythons"
        return [
            self._at(recording.path, Kind.ORPHAN, cause, cure)
            for example in self.examples.values()
            for suffix in (OUTPUT, TIMELINE)
            for recording in self.recordings(example, suffix)
            if not _is_reachable(example, recording, pythons)
        ]

    def orphans(self) -> list[Problem]:
        """The recordings, and what else is for an example, that belong to none."""
        own = {
            str(recording.path)
            for example in self.examples.values()
            for recording in self.all_recordings(example)
        }
        found = set(_named_as_recordings(self.settings.folder))
        if any(path.endswith(DECLARED) for path in found):
            own |= {str(one.recorded(DECLARED)) for one in self.examples.values()}
        cure = "Remove it, or restore its example"
        return [
            self._at(path, Kind.ORPHAN, _why_orphan(path), cure)
            for path in sorted(map(Path, found - own))
            if (path.name.endswith(DECLARED) or _is_recording(path))
            and not _is_left_out(self.settings, path)
        ]

    def _at(self, path: Path, kind: Kind, cause: str, cure: str) -> Problem:
        """The problem of a whole file."""
        name = path.relative_to(self.settings.folder).as_posix()
        place = f"{self.settings.shown(path)}:1"
        return Problem(kind, name, cause, cure=cure, places=(place,))


def _why_orphan(path: Path) -> str:
    if path.name.endswith(DECLARED):
        return "it declares for an example that is not there"
    return "a recording without an example"


def _meant(folder: Folder, name: str) -> str:
    """Ask for the example whose name another name ends in, if there is one.

    ``literalinclude`` takes a path from the folder of the pages.
    """
    words = name.replace("\\", "/").split("/")
    ends = ("/".join(words[start:]) for start in range(1, len(words)))
    return next((f"Did you mean {e}?" for e in ends if e in folder.examples), "")


def _instead(folder: Folder, name: str) -> str:
    """What to do about a name that belongs to no example."""
    settings = folder.settings
    if (settings.folder / name).is_file():
        change = "Change that setting, or show" if settings.leaves_out(name) else "Show"
        return f"{change} the file with literalinclude"
    if meant := _meant(folder, name):
        return meant
    import difflib  # rarely needed

    close = difflib.get_close_matches(name, folder.examples, n=1, cutoff=0.5)
    return f"Did you mean {close[0]}?" if close else "Write it, or fix the name"


def _is_left_out(settings: Settings, recording: Path) -> bool:
    """Whether a recording would be that of a file that is no example."""
    name = recording.relative_to(settings.folder).as_posix()
    newer = _SINCE.fullmatch(name)
    stem = newer["stem"] if newer else os.path.splitext(name)[0]
    names = [stem] if stem.endswith(SESSION) else [f"{stem}{PROGRAM}", f"{stem}/{MAIN}"]
    return any(map(settings.leaves_out, names))


def _versions(pythons: Iterable[str]) -> list[Version]:
    """The versions of Pythons; none if one is a command or a path."""
    try:
        return [Version(python) for python in pythons]
    except InvalidVersion:
        return []


def _named_as_recordings(folder: Path) -> Iterator[str]:
    """The paths of all files in a folder that are named as recordings are."""
    for parent, _, names in os.walk(folder):
        for name in names:
            if name.endswith((OUTPUT, TIMELINE, DECLARED)) and can_be_shown(name):
                yield os.path.join(parent, name)


def matching(folder: Folder, pattern: str) -> set[str]:
    """The names of the examples that a name, a path or a pattern stands for.

    :param pattern: as in :mod:`fnmatch`; without a folder, it is for all folders.
    """
    return {
        name
        for name, example in folder.examples.items()
        for known in (name, example.path.name, folder.settings.shown(example.path))
        if fnmatchcase(known, pattern)
    }
