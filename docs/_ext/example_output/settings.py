"""The settings of one project, from its ``conf.py``."""

import contextlib
import os
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from example_output.normalize import checked_masks
from example_output.options import MATRIX

CURE = "python -m example_output --record {path}"
USUAL = (".", "docs", "doc", "docs/source", "doc/source", "source")
"""Where projects have their ``conf.py``, from the working folder."""


@dataclass(frozen=True)
class Option:
    """One configuration value: ``example_output_`` and its name in :data:`OPTIONS`."""

    default: Any
    types: tuple[type, ...]
    meaning: str


OPTIONS: dict[str, Option] = {
    "dir": Option(
        "examples",
        (str,),
        "The examples folder, relative to the folder of ``conf.py``.",
    ),
    "include": Option(
        [],
        (list, tuple),
        "The examples: patterns such as ``howto/*``, or names of folders and files in "
        "the examples folder.  By default, all files that end in ``.py`` or "
        "``.console``.  For "
        "examples in several folders, set ``example_output_dir`` to a folder above "
        "them, and name them here.",
    ),
    "exclude": Option(
        [],
        (list, tuple),
        "What is no example in spite of its ending: patterns, or names of folders "
        "and files, such as ``conftest.py``.  A file can also start with ``_``.",
    ),
    "run": Option(
        "shown",
        (str,),
        'Which examples a build runs: ``"shown"``, those that a page shows or that '
        'have a recording; ``"always"``, all of them; ``"never"``, none, for machines '
        "that lack the packages or the network: the recordings are shown, and pages "
        "say that they were not run.  pytest runs all of them in any case.",
    ),
    "examples": Option(
        {},
        (dict,),
        "What examples declare, by patterns such as ``servers/*``: dictionaries with "
        "the keys of ``[tool.example-output]``, ``requires-python`` and "
        "``dependencies``.  All patterns that match count, the later ones more, and "
        "the block of the example itself most.",
    ),
    "jobs": Option(
        0,
        (int,),
        "How many examples may run at the same time; 0 means 16 per processor, and at "
        "most 64.",
    ),
    "timeout": Option(
        10.0,
        (int, float),
        "Seconds after which an example is stopped if it is still running.",
    ),
    "limit": Option(
        200_000,
        (int,),
        "Bytes of output after which an example is stopped.",
    ),
    "masks": Option(
        [],
        (list, tuple),
        "What outputs replace: pairs of a regular expression and a replacement, as "
        "``re.sub`` takes them, such as ``(r'in \\d+ ms', 'in N ms')``; ``^`` and "
        "``$`` match at each line.  One that matches nothing is a warning.",
    ),
    "colors": Option(
        False,
        (bool,),
        "Whether programs are told that they may print colors.  Recordings keep them, "
        "and HTML pages show them.",
    ),
    "cache": Option(
        "",
        (str,),
        "The folder of cached results, relative to the folder of ``conf.py``; by "
        "default beside the doctrees.  The environment variable "
        "``EXAMPLE_OUTPUT_CACHE`` takes precedence.",
    ),
    "rerun": Option(
        [],
        (list, tuple, str),
        "The examples to run again although their results are kept: names, or patterns "
        "such as ``tutorial/*``, as a list or separated by commas.  Usually given for "
        "one build: ``-D example_output_rerun=NAME``, or ``--rerun NAME`` of ``python "
        "-m example_output``.",
    ),
    "fast_start": Option(
        True,
        (bool,),
        "Whether the docs build may start programs that import ``asyncio`` by forking "
        "a Python process that has already imported it (Linux only).",
    ),
    "scheduler": Option(
        "",
        (str,),
        "The address of a Dask scheduler, such as ``tcp://host:8786``, whose workers "
        "run the examples for the docs build; needs the extra ``cluster``.",
    ),
    "playground": Option(
        "",
        (str,),
        "The folder of a Python for browsers, relative to the folder of ``conf.py``; "
        "``python -m example_output.playground FOLDER`` creates it.  With it, readers "
        "can run in the page all examples that are proven to run there.",
    ),
    "pythons": Option(
        [],
        (list, tuple),
        f"The versions of Python on which ``pytest {MATRIX}`` runs the examples, such "
        'as ``["3.12", "3.13"]``; readers can choose one of them for all pages.',
    ),
    "axes": Option(
        {},
        (dict,),
        "What else the examples are tried with, and on which Python, such as "
        '``{"uvloop": "3.13", "eager": "3.13"}``: ``uvloop`` is that event loop, '
        "``eager`` is ``asyncio.eager_task_factory`` for every task.  "
        f"``pytest {MATRIX}`` runs them; ``[tool.example-output.axes]`` in a program "
        "says why one does not concern it.",
    ),
    "matrix": Option(
        ".matrix",
        (str,),
        f"The folder of what ``pytest {MATRIX}`` needs besides Pythons, relative to "
        "the folder of ``conf.py``: its folder ``uvloop`` holds that package.",
    ),
    "cure": Option(
        CURE,
        (str,),
        "The command that warnings suggest for accepting a new output; ``{path}`` "
        "stands for the example's file.",
    ),
}


LARGEST = 10**9
"""The largest number that is taken; where there are more, systems refuse to wait."""
_MINOR = re.compile(r"\d+\.\d+")
AXES = ("uvloop", "eager")
"""What examples can be tried with, besides Pythons; ``startup/axis.py`` knows them."""

RENAMED = {"runtime": "playground"}
"""Old names of options, which still work, and their new names."""


class SettingsError(ValueError):
    """A configuration value cannot be used; the message says why and what to do."""


@dataclass(frozen=True)
class Settings:
    """The settings of one project."""

    base: Path
    """The folder of ``conf.py``."""
    origin: Path
    """What paths in messages are relative to: the working folder, or ``base`` if that
    is not below it."""
    folder: Path
    """The examples folder."""
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    runs: bool
    """Whether builds run the examples."""
    runs_all: bool
    """Whether builds also run what no page shows and what has no recording."""
    examples: tuple[tuple[str, Mapping[str, Any]], ...]
    """What examples declare, by patterns; see :meth:`declared`."""
    jobs: int
    timeout: float
    limit: int
    masks: tuple[tuple[str, str], ...]
    colors: bool
    cache: Path | None
    rerun: tuple[str, ...]
    fast_start: bool
    scheduler: str
    playground: Path | None
    pythons: tuple[str, ...]
    axes: tuple[tuple[str, str], ...]
    """Each further axis, and the minor version of Python on which it is tried."""
    matrix: Path
    cure: str

    @classmethod
    def read(cls, base: Path, values: Mapping[str, Any]) -> "Settings":
        """Make settings from configuration values, named as in :data:`OPTIONS`.

        :raises SettingsError: at the first value that cannot be used.
        """
        found = {name: checked(name, values) for name in OPTIONS}
        # From the environment, so that a build can use results from elsewhere.
        cache = os.environ.get("EXAMPLE_OUTPUT_CACHE") or found["cache"]
        folder = Path(os.path.realpath(base / found["dir"]))
        if found["run"] not in ("shown", "always", "never"):
            raise SettingsError(
                f'example_output_run = {found["run"]!r} is not "shown", "always" or '
                '"never"'
            )
        if not folder.is_dir():
            raise SettingsError(
                f"example_output_dir: there is no folder {found['dir']!r} beside "
                "conf.py: create it, or name the one that holds the examples"
            )
        base, here = base.resolve(), Path.cwd()
        return cls(
            base=base,
            origin=here if base.is_relative_to(here) else base,
            folder=folder,
            include=names(found["include"]),
            exclude=names(found["exclude"]),
            runs=found["run"] != "never",
            runs_all=found["run"] == "always",
            examples=_tables(found["examples"]),
            jobs=found["jobs"] or min(64, 16 * (os.cpu_count() or 1)),
            timeout=float(found["timeout"]),
            limit=found["limit"],
            masks=found["masks"],
            colors=found["colors"],
            cache=base / cache if cache else None,
            rerun=names(found["rerun"]),
            fast_start=found["fast_start"],
            scheduler=found["scheduler"],
            playground=base / found["playground"] if found["playground"] else None,
            pythons=_pythons(found["pythons"]),
            axes=_axes(found["axes"]),
            matrix=base / found["matrix"],
            cure=_with_conf(found["cure"], base, here, folder),
        )

    def leaves_out(self, name: str) -> str:
        """The setting because of which a file is no example, or nothing.

        :param name: its path below the examples folder, with forward slashes.
        """
        if self.include and not any(matches(name, p) for p in self.include):
            return "example_output_include"
        if any(matches(name, pattern) for pattern in self.exclude):
            return "example_output_exclude"
        return ""

    def declared(self, name: str) -> dict[str, Any]:
        """What ``conf.py`` declares for an example."""
        tables = [table for pattern, table in self.examples if matches(name, pattern)]
        return {key: value for table in tables for key, value in table.items()}

    @property
    def cells(self) -> tuple[str, ...]:
        """All that examples are tried on: minor versions of Python, and axes."""
        minors = filter(_MINOR.fullmatch, self.pythons)
        return (*minors, *(axis for axis, _ in self.axes))

    def shown(self, path: Path) -> str:
        """A path as messages show it: from :attr:`origin`, with forward slashes."""
        try:
            return Path(os.path.relpath(self.origin / path, self.origin)).as_posix()
        except ValueError:  # on another drive
            return path.as_posix()

    def accept(self, path: Path, *given: str) -> str:
        """The command that accepts what an example prints now.

        :param path: the example.
        :param given: options of pytest, which ``make`` takes in ``ARGS``.
        """
        command = self.cure.format(path=shlex.quote(self.shown(path)))
        passed = " ".join(given)
        if command.startswith("python -m example_output "):
            passed = passed.replace("--example-", "--")
        if command.startswith("make ") and given:
            passed = f'ARGS="{passed}"' if len(given) > 1 else f"ARGS={passed}"
        return f"{command} {passed}".rstrip()


def _with_conf(cure: str, base: Path, here: Path, folder: Path) -> str:
    """A command with the folder of ``conf.py``, if it would not be found.

    :param here: the working folder.
    :param folder: the examples folder, above which it is searched for, too.
    """
    usual = (here / name for name in USUAL if (here / name / "conf.py").is_file())
    found = next(usual, base if folder.is_relative_to(base) else None)
    if cure != CURE or (found and found.resolve() == base):
        return cure
    with contextlib.suppress(ValueError):  # on another drive
        base = Path(os.path.relpath(base, here))
    name = shlex.quote(base.as_posix()).replace("{", "{{").replace("}", "}}")
    return cure.replace(" --record", f" --record -c {name}")


def matches(name: str, pattern: str) -> bool:
    """Whether a pattern is for a file, or for a folder that it is in.

    :param pattern: as in :mod:`fnmatch`; without a folder, it is for all folders.
    """
    parts = name.split("/")
    paths = ("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    pattern = pattern.strip("/")
    return any(fnmatchcase(known, pattern) for known in (*paths, *parts))


def _tables(found: Mapping[Any, Any]) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """The tables by patterns.

    :raises SettingsError: if they are none; what is in them is checked later.
    """
    for pattern, table in found.items():
        if not isinstance(pattern, str) or not isinstance(table, dict):
            raise SettingsError(
                f"example_output_examples: {pattern!r}: {table!r} is not a pattern "
                "with a dictionary"
            )
    return tuple(found.items())


def _axes(found: Mapping[Any, Any]) -> tuple[tuple[str, str], ...]:
    """The axes and their Pythons.

    :raises SettingsError: if there is no such axis, or a Python is a number.
    """
    for axis, python in found.items():
        known = axis in AXES and isinstance(python, str)
        if not known or not _MINOR.fullmatch(python):
            raise SettingsError(
                f"example_output_axes: {axis!r}: {python!r} is not one of "
                f"{', '.join(AXES)} with a version of Python such as '3.13'"
            )
    return tuple(found.items())


def _pythons(found: Iterable[Any]) -> tuple[str, ...]:
    """The versions of Python.

    :raises SettingsError: if one is a number, as 3.10 is 3.1.
    """
    for python in found:
        if not isinstance(python, str) or not python.strip():
            raise SettingsError(
                f"example_output_pythons: {python!r} is not a version of Python in "
                "quotes, such as '3.13'"
            )
    return tuple(found)


def names(value: Iterable[str]) -> tuple[str, ...]:
    """The names in a list, or in a text with commas."""
    words = value.split(",") if isinstance(value, str) else map(str, value)
    return tuple(filter(None, map(str.strip, words)))


def checked(name: str, values: Mapping[str, Any]) -> Any:
    """The value of an option, or its default.

    :raises SettingsError: if it cannot be used.
    """
    option = OPTIONS[name]
    value = values.get(name, option.default)
    if not isinstance(value, option.types) or (
        isinstance(value, bool) and bool not in option.types
    ):
        wanted = " or ".join(kind.__name__ for kind in option.types)
        raise SettingsError(
            f"example_output_{name} = {value!r} is not of type {wanted}"
        )
    if name == "masks":
        try:
            return checked_masks(value)
        except ValueError as error:
            raise SettingsError(f"example_output_{error}") from None
    if name == "cure":
        return _cure(str(value))
    if bool in option.types or not isinstance(value, (int, float)):
        return value
    if not value >= 0 or (value == 0 and name != "jobs"):  # nan is neither
        raise SettingsError(f"example_output_{name} = {value!r} is not above 0")
    if value > LARGEST:
        raise SettingsError(f"example_output_{name} = {value!r} is above {LARGEST:,}")
    return value


def _cure(value: str) -> str:
    """The command that records, with a place for the example.

    :raises SettingsError: if something else stands in its braces.
    """
    try:
        value.format(path="")
    except (AttributeError, LookupError, ValueError):
        raise SettingsError(
            f"example_output_cure = {value!r}: only {{path}} may stand in braces; "
            "write a brace of the command twice"
        ) from None
    return value
