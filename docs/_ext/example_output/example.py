"""An example: one Python program, or one session, in the examples folder."""

import contextlib
import errno
import json
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from packaging.version import Version

from example_output.files import can_be_shown, files_in, read_file
from example_output.metadata import (
    DECLARED,
    ExampleError,
    Metadata,
    check_declared,
    read_metadata,
    read_separate,
    reading,
)
from example_output.running.imports import find_calls, find_title, local_modules
from example_output.settings import Settings, SettingsError, matches
from example_output.startup.session import (
    PROMPT,
    Command,
    SessionError,
    read_session,
)

# The argument of sleep(), and any number with a fraction, which is probably a time.
_SECONDS = re.compile(rb"(?:sleep\(|\b(?=\d*\.\d))(\d+(?:\.\d+)?)\b")
_LONG = 5  # seconds
PROGRAM = ".py"
"""The suffix of programs."""
SESSION = ".console"
"""The suffix of sessions: see :mod:`.startup.session`."""
MAIN = "__main__.py"
"""The file by which a package is an example, too: ``python -m`` runs it."""


class OutsideError(ExampleError):
    """A name that leads out of the examples folder."""


class MissingError(ExampleError):
    """A name that belongs to no example."""


@dataclass(frozen=True)
class Example:
    """One program or session of the examples folder.

    ``name``, its path below ``folder`` with forward slashes, is its name on pages.
    """

    folder: Path
    name: str
    beside: frozenset[str] | None = field(default=None, compare=False, repr=False)
    """The names in its folder; ``None`` if they are not listed yet."""
    declared: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
    """What ``conf.py`` declares for it: see :meth:`.Settings.declared`."""

    @cached_property
    def path(self) -> Path:
        """The file itself."""
        return self.folder / self.name

    @property
    def is_session(self) -> bool:
        """Whether it is a session, and not a program."""
        return self.name.endswith(SESSION)

    @cached_property
    def base(self) -> str:
        """What the names of its recordings begin with, below ``folder``."""
        return self.name.removesuffix(f"/{MAIN}").removesuffix(PROGRAM)

    @property
    def stem(self) -> str:
        """The same, without the folders."""
        return self.base.rpartition("/")[2]

    @property
    def package(self) -> str:
        """The name of the package, if it is one, and not a file."""
        return self.stem if self.name.endswith(f"/{MAIN}") else ""

    @cached_property
    def root(self) -> Path:
        """The folder that becomes its working folder, and holds its recordings."""
        return self.path.parent.parent if self.package else self.path.parent

    def recorded(self, ending: str) -> Path:
        """The path of a recording that has this ending, such as ``.out``."""
        return self.root / f"{self.stem}{ending}"

    @cached_property
    def commands(self) -> list[Command]:
        """The commands of a session.

        :raises ExampleError: if it cannot be read.
        """
        try:
            return read_session(self.source.decode("utf-8", "replace"))
        except SessionError as error:
            raise ExampleError(str(error), error.line) from None

    @property
    def command(self) -> str:
        """What a reader types to run it, and the first line of its recording."""
        if self.is_session:
            with contextlib.suppress(ExampleError, OSError):  # reported elsewhere
                return self.commands[0].shown[0].removeprefix(PROMPT)
            return self.path.name
        words = ["-m", self.package] if self.package else [self.path.name]
        with contextlib.suppress(ExampleError, OSError):  # reported elsewhere
            words += self.metadata.arguments
        return " ".join(["python", *map(_quoted, words)])

    @cached_property
    def source(self) -> bytes:
        """The file's bytes; raises an :class:`ExampleError` if it cannot be read."""
        with reading():
            return read_file(self.path)

    @property
    def steps(self) -> Path:
        """Where its steps are recorded, if they are."""
        return self.recorded(".steps")

    @cached_property
    def title(self) -> str:
        """The first line of its docstring, or nothing."""
        return find_title(self.source)

    @cached_property
    def calls(self) -> list[str]:
        """What it calls, by the names in its source, such as ``asyncio.gather``."""
        return find_calls(self.source)

    @cached_property
    def metadata(self) -> Metadata:
        """What its PEP 723 block, a file beside it and ``conf.py`` declare.

        :raises ExampleError: if one of them cannot be read.
        """
        return read_metadata(self.source, self.declared, self.separate)

    @cached_property
    def separate(self) -> dict[str, Any]:
        """What a file beside it declares."""
        return _separate(self)

    @property
    def given(self) -> str:
        """What ``conf.py`` and a file beside it declare for it, as a text."""
        declared = {**self.declared, **self.separate}
        return json.dumps(declared, sort_keys=True, default=str) if declared else ""

    def may_run_on(self, minor: Version) -> bool:
        """Whether it is for any patch release of a minor version of Python."""
        requires = self.metadata.requires_python
        return not requires or requires.contains(f"{minor.major}.{minor.minor}.99")

    @cached_property
    def modules(self) -> tuple[Path, ...]:
        """The local modules that it imports, directly or not, sorted."""
        return local_modules(self)

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """All files that a run of it needs, itself first.

        :raises ExampleError: if a declared data file is missing or elsewhere.
        """
        data = [path for name in self.metadata.files for path in _data(self, name)]
        return tuple(dict.fromkeys((self.path, *self.modules, *data)))

    @cached_property
    def pythonpath(self) -> tuple[Path, ...]:
        """The folders that it imports from, besides its own.

        :raises ExampleError: if there is no such folder.
        """
        return tuple(_pythonpath(self))

    @property
    def sleeps(self) -> float:
        """An estimate of the seconds that it sleeps; long ones are to be cancelled."""
        return sum(s for s in map(float, _SECONDS.findall(self.source)) if s < _LONG)


def find_examples(folder: Path) -> list[Example]:
    """All examples below ``folder``, sorted by name.

    An example is a ``.py`` or a ``.console`` file, or the ``__main__.py`` of a package.
    Other packages, and files and folders whose names start with ``_`` or ``.``, are
    skipped: they are for helper modules.  So are the folders of right and wrong
    programs of an exercise, which have no recordings.

    :raises SettingsError: if one has a name that cannot be shown.
    """
    found = sorted(_names(folder))
    for name, _ in found:
        if not can_be_shown(name) or name != name.strip():
            what = "a blank at an end" if can_be_shown(name) else "what cannot be shown"
            message = f"the name of {name!r} has {what}: rename it"
            raise SettingsError(f"example_output_dir: {message}")
    return [Example(folder, name, beside) for name, beside in found]


def choose_examples(settings: Settings) -> dict[str, Example]:
    """The examples of a project by name, with what ``conf.py`` declares for them.

    :raises SettingsError: if a setting is for what does not exist, or cannot be used.
    """
    found = {example.name: example for example in find_examples(settings.folder)}
    wanted = [("include", pattern) for pattern in settings.include]
    wanted += [("examples", pattern) for pattern, _ in settings.examples]
    for option, pattern in wanted:
        if not any(matches(name, pattern) for name in found):
            raise SettingsError(
                f"example_output_{option}: {pattern!r} matches no file in "
                f"{settings.shown(settings.folder)}/ that ends in {PROGRAM} or "
                f"{SESSION}"
            )
    for pattern, table in settings.examples:
        try:
            check_declared(table)
        except ValueError as error:
            raise SettingsError(
                f"example_output_examples: {pattern!r}: {error}"
            ) from None
    return {
        name: replace(one, declared=settings.declared(name))
        if settings.examples
        else one
        for name, one in found.items()
        if not settings.leaves_out(name)
    }


def get_chosen(settings: Settings, name: str) -> Example:
    """The example that a page calls ``name``, written after the others were found.

    :raises ExampleError: if there is none.
    """
    found = get_example(settings.folder, name)
    if why := settings.leaves_out(found.name):
        raise MissingError(f"it is no example, because of {why} in conf.py")
    return replace(found, declared=settings.declared(found.name))


def get_example(folder: Path, name: str) -> Example:
    """The example that a page calls ``name``.

    :raises OutsideError: if the name leads out of the folder.
    :raises MissingError: if there is no such file, or it is not an example.
    """
    pure = PurePosixPath(name.replace("\\", "/"))
    absolute = pure.is_absolute() or PureWindowsPath(name).drive
    path = folder / pure
    if absolute or ".." in pure.parts:
        raise OutsideError(f"{name!r} leads out of the examples folder")
    is_file = False  # nor is a link to itself
    with contextlib.suppress(OSError, ValueError):
        if not _inside(path, folder):
            why = "is a link that leads out of the examples folder"
            raise OutsideError(f"{name!r} {why}")
        is_file = path.is_file()
    if not is_file:
        raise MissingError(f"there is no example {name!r}")
    if not _is_example(folder, pure):
        raise MissingError(f"the file is no example, because {_why_not(folder, pure)}")
    return Example(folder, str(pure))


def _names(folder: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of each example, and all names in its folder."""
    above = len(os.path.join(folder, ""))
    for parent, folders, files in os.walk(folder, onerror=_refuse):
        beside = frozenset((*folders, *files))
        folders[:] = [name for name in folders if not _is_left_out(name)]
        if "__init__.py" in files:
            folders.clear()
            if MAIN in files and parent != os.fspath(folder):
                yield f"{parent[above:]}/{MAIN}".replace(os.sep, "/"), beside
            continue
        for file in files:
            if file.endswith((PROGRAM, SESSION)) and not file.startswith(("_", ".")):
                path = os.path.join(parent, file)
                # No pipe, nor a link that leads nowhere or to itself.
                if os.path.isfile(path) and (
                    not os.path.islink(path) or _inside(Path(path), folder)
                ):
                    yield path[above:].replace(os.sep, "/"), beside


def _refuse(error: OSError) -> None:
    """Refuse a folder that cannot be listed: its examples would be passed over."""
    if not isinstance(error, FileNotFoundError):  # it was removed meanwhile
        what = f"{error.filename} cannot be listed: {error.strerror}"
        raise SettingsError(f"example_output_dir: {what}")


def _is_left_out(name: str) -> bool:
    """Whether a file, or all that is in a folder, is no example by its name."""
    return name.startswith(("_", ".")) or name.endswith((".right", ".wrong"))


def _is_example(folder: Path, name: PurePosixPath) -> bool:
    """Whether ``_names`` would yield this file."""
    place = name
    if name.name == MAIN and (folder / name.parent / "__init__.py").is_file():
        place = name.parent.with_suffix(PROGRAM)  # as if it were one file
    return (
        place.suffix in (PROGRAM, SESSION)
        and place.name != PROGRAM
        and not any(map(_is_left_out, place.parts))
        and not any((folder / up / "__init__.py").is_file() for up in place.parents)
        and not any((folder / up).is_symlink() for up in list(name.parents)[:-1])
    )


def _why_not(folder: Path, name: PurePosixPath) -> str:
    """Why a file is no example."""
    if name.suffix not in (PROGRAM, SESSION):
        return f"its name does not end in {PROGRAM} or {SESSION}"
    if any(part.startswith(("_", ".")) for part in name.parts):
        return "its name, or that of its folder, begins with _ or ."
    if any((folder / up / "__init__.py").is_file() for up in name.parents):
        return f"it is in a package, of which only {MAIN} is one"
    return "it is reached through a link"


def _inside(path: Path, folder: Path) -> bool:
    # Not resolve(), which refuses links that lead to themselves.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _quoted(word: str) -> str:
    """A word of a command, as a shell takes it."""
    return word if re.fullmatch(r"[\w.-]+", word) else shlex.quote(word)


def _separate(example: Example) -> dict[str, Any]:
    known = None if example.package else example.beside
    if known is not None and f"{example.stem}{DECLARED}" not in known:
        return {}  # without a look at the disk
    return read_separate(example.recorded(DECLARED))


def _pythonpath(example: Example) -> Iterator[Path]:
    for name in example.metadata.pythonpath:
        path = Path(os.path.abspath(example.path.parent / name))
        if not os.path.isdir(path):  # for its name, too, it may be no folder
            line = line_of(example.source, name)
            raise ExampleError(f"pythonpath: there is no folder {name!r}", line)
        yield path


def _data(example: Example, name: str) -> list[Path]:
    """The files that a name, the name of a folder or a pattern stands for.

    :raises ExampleError: if there is none, or one of them is elsewhere.
    """
    files = _search(example.path.parent, name, example.folder)
    if len(files) > 1:
        stem = re.escape(example.stem)  # a pattern may find its recordings
        own = re.compile(rf"{stem}\.(from-[\d.]+)?(out|timeline|steps)")
        files = [file for file in files if not own.fullmatch(file.name)]
    if not files or not all(_inside(file, example.folder) for file in files):
        line = line_of(example.source, name)
        raise ExampleError(f"no data file {name!r} in the examples folder", line)
    return [Path(os.path.normpath(file)) for file in files]


def _search(parent: Path, name: str, folder: Path) -> list[Path]:
    """The files that a name may stand for; what is above the folder is not searched.

    None if it can be neither a name nor a pattern: if pathlib refuses it, as absolute
    and empty ones, or it is too long for the system, or has too many parts.
    """
    path = Path(os.path.normpath(parent / name))
    try:
        if not _inside(path, folder):
            return []
        if os.path.isfile(path):
            return [path]
        return files_in(path, "**/*") if os.path.isdir(path) else files_in(parent, name)
    except (NotImplementedError, ValueError, RecursionError):
        return []
    except OSError as error:
        if error.errno != errno.ENAMETOOLONG:
            raise
        return []


def line_of(source: bytes, text: str) -> int:
    """The line of a program on which a text is first; the first if it is on none."""
    return source[: max(source.find(text.encode()), 0)].count(b"\n") + 1
