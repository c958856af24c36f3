"""An example: one Python program in the examples folder, and its metadata."""

import ast
import os
import re
import shlex
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import Version

from example_output.files import read_file
from example_output.settings import AXES

# Inline script metadata, by the regular expression in PEP 723.
_METADATA = re.compile(
    r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$"
)
# The argument of sleep(), and any number with a fraction, which is probably a time.
_SECONDS = re.compile(rb"(?:sleep\(|\b(?=\d*\.\d))(\d+(?:\.\d+)?)\b")
_LONG = 5  # seconds

TOOL = "example-output"
"""The table of a PEP 723 block (``[tool.example-output]``) that holds our settings."""


class ExampleError(Exception):
    """A file in the examples folder cannot be an example; the message says why.

    ``line`` is the line of the file that causes the error, counted from 1.
    """

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


class OutsideError(ExampleError):
    """A name that leads out of the examples folder."""


class MissingError(ExampleError):
    """A name that belongs to no example."""


@dataclass(frozen=True)
class Metadata:
    """What an example declares in its PEP 723 block."""

    requires_python: SpecifierSet = field(default_factory=SpecifierSet)
    timeout: float | None = None
    """Seconds that this example may take; ``None`` for the project's setting."""
    varies: bool = False
    """Whether the order of its output lines may differ between runs."""
    files: tuple[str, ...] = ()
    """Data files, relative to the example's folder, that it reads when it runs."""
    axes: tuple[tuple[str, str], ...] = ()
    """The axes that do not concern it, each with the reason; see :mod:`.settings`."""


_NONE = Metadata()  # of most examples


@dataclass(frozen=True)
class Example:
    """One program of the examples folder.

    ``name`` is its path below ``folder``, with forward slashes: its name on pages and
    in tests.
    """

    folder: Path
    name: str
    beside: frozenset[str] | None = field(default=None, compare=False, repr=False)
    """The names in its folder; ``None`` if they are not listed yet."""

    @cached_property
    def path(self) -> Path:
        """The file itself."""
        return self.folder / self.name

    @property
    def command(self) -> str:
        """What a reader types to run it, and the first line of its recording."""
        name = self.path.name
        plain = re.fullmatch(r"[\w.-]+", name)
        return f"python {name if plain else shlex.quote(name)}"

    @cached_property
    def source(self) -> bytes:
        """The file's bytes."""
        return read_file(self.path)

    @cached_property
    def title(self) -> str:
        """The first line of its docstring, or nothing."""
        try:
            text = ast.get_docstring(ast.parse(self.source))
        except (SyntaxError, ValueError):
            return ""
        return text.split("\n", 1)[0] if text else ""

    @cached_property
    def calls(self) -> list[str]:
        """What it calls, by the names in its source, such as ``asyncio.gather``."""
        try:
            parts = ast.walk(ast.parse(self.source))
        except (SyntaxError, ValueError):
            return []
        names = {ast.unparse(part.func) for part in parts if isinstance(part, ast.Call)}
        return sorted(name for name in names if re.fullmatch(r"[\w.]+", name))

    @cached_property
    def metadata(self) -> Metadata:
        """The example's PEP 723 block.

        :raises ExampleError: if there are two blocks, or one that cannot be read.
        """
        return _parse_metadata(self.source)

    def may_run_on(self, minor: Version) -> bool:
        """Whether it is for any patch release of a minor version of Python."""
        requires = self.metadata.requires_python
        return not requires or requires.contains(f"{minor.major}.{minor.minor}.99")

    @cached_property
    def modules(self) -> tuple[Path, ...]:
        """The local modules that it imports, directly or not, sorted."""
        parent = self.path.parent
        beside = self.beside
        if beside is None:
            beside = frozenset(os.listdir(parent))
        found: set[Path] = set()
        _collect_imports(self.source, parent, beside, found)
        return tuple(sorted(found - {self.path})) if found else ()

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """All files that a run of it needs, itself first.

        :raises ExampleError: if a declared data file is missing or elsewhere.
        """
        return (self.path, *self.modules, *map(self._data_file, self.metadata.files))

    def _data_file(self, name: str) -> Path:
        path = self.path.parent / name
        if not _inside(path, self.path.parent) or not path.is_file():
            line = _line_of(self.source, name)
            raise ExampleError(f"no data file {name!r} beside the example", line)
        return path

    @property
    def sleeps(self) -> float:
        """An estimate of the seconds that it sleeps, to start long runs first.

        Long sleeps do not count: a program has them in order to cancel them.
        """
        found = map(float, _SECONDS.findall(self.source))
        return sum(seconds for seconds in found if seconds < _LONG)

    def validate(self) -> None:
        """Check that this file can be run as an example.

        :raises ExampleError: with the cause, the cure and the line.
        """
        stem = self.name.rpartition("/")[2].removesuffix(".py")
        if stem in sys.stdlib_module_names:
            raise ExampleError(
                f"{self.path.name} shadows the standard library's module {stem!r} "
                "for every program beside it: rename the file"
            )
        _ = self.files  # reads the metadata, too


def find_examples(folder: Path) -> list[Example]:
    """All examples below ``folder``, sorted by name.

    An example is a ``.py`` file.  Packages, and files and folders whose names start
    with ``_`` or ``.``, are skipped: they are for helper modules.
    """
    return [Example(folder, name, beside) for name, beside in sorted(_names(folder))]


def get_example(folder: Path, name: str) -> Example:
    """The example that a page calls ``name``.

    :raises OutsideError: if the name leads out of the folder.
    :raises MissingError: if there is no such file, or it is not an example.
    """
    pure = PurePosixPath(name.replace("\\", "/"))
    absolute = pure.is_absolute() or PureWindowsPath(name).drive
    path = folder / pure
    if absolute or ".." in pure.parts or not _inside(path, folder):
        raise OutsideError(f"{name!r} leads out of the examples folder")
    if not path.is_file() or not _is_example(folder, pure):
        raise MissingError(f"there is no example {name!r}")
    return Example(folder, str(pure))


def _names(folder: Path) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the name of each example, and all names in its folder."""
    above = len(os.path.join(folder, ""))
    for parent, folders, files in os.walk(folder):
        beside = frozenset((*folders, *files))
        folders[:] = [name for name in folders if not name.startswith(("_", "."))]
        if "__init__.py" in files:
            folders.clear()
            continue
        for file in files:
            if file.endswith(".py") and not file.startswith(("_", ".")):
                path = os.path.join(parent, file)
                # No pipe, nor a link that leads nowhere or to itself.
                if os.path.isfile(path) and (
                    not os.path.islink(path) or _inside(Path(path), folder)
                ):
                    yield path[above:].replace(os.sep, "/"), beside


def _is_example(folder: Path, name: PurePosixPath) -> bool:
    """Whether ``_names`` would yield this file."""
    return (
        name.suffix == ".py"
        and not any(part.startswith(("_", ".")) for part in name.parts)
        and not any((folder / up / "__init__.py").is_file() for up in name.parents)
        and not any((folder / up).is_symlink() for up in list(name.parents)[:-1])
    )


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _parse_metadata(source: bytes) -> Metadata:
    if b"# ///" not in source:
        return _NONE
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    blocks = [m for m in _METADATA.finditer(text) if m["type"] == "script"]
    if not blocks:
        return _NONE
    if len(blocks) > 1:
        raise ExampleError("two PEP 723 script blocks", _line_at(text, blocks[1]))
    line = _line_at(text, blocks[0])
    content = "".join(
        row[2:] if row.startswith("# ") else row[1:]
        for row in blocks[0]["content"].splitlines(keepends=True)
    )
    try:
        return _read_metadata(tomllib.loads(content))
    except (AttributeError, InvalidSpecifier, TypeError, ValueError) as error:
        raise ExampleError(f"its PEP 723 block cannot be read: {error}", line) from None


def _read_metadata(table: dict[str, Any]) -> Metadata:
    ours = dict(table.get("tool", {}).get(TOOL, {}))
    timeout = ours.pop("timeout", None)
    files = ours.pop("files", [])
    order = ours.pop("order", "fixed")
    axes = ours.pop("axes", {})
    if ours:
        raise ValueError(f"[tool.{TOOL}] has no key {', '.join(sorted(ours))}")
    if timeout is not None and (not isinstance(timeout, (int, float)) or timeout <= 0):
        raise ValueError(f"timeout = {timeout!r} is not a number of seconds above 0")
    if not isinstance(files, list) or not all(isinstance(f, str) for f in files):
        raise ValueError("files is not a list of names")
    if order not in ("fixed", "varies"):
        raise ValueError(f'order = {order!r} is not "fixed" or "varies"')
    if not isinstance(axes, dict) or not all(
        axis in AXES and isinstance(reason, str) and reason
        for axis, reason in axes.items()
    ):
        raise ValueError(f"axes is not a table of reasons for {' and '.join(AXES)}")
    requires = table.get("requires-python", "")
    if not isinstance(requires, str):
        raise ValueError("requires-python is not a string")  # noqa: TRY004  # as above
    return Metadata(
        SpecifierSet(requires),
        timeout,
        order == "varies",
        tuple(files),
        tuple(axes.items()),
    )


def _line_at(text: str, match: re.Match[str]) -> int:
    return text.count("\n", 0, match.start()) + 1


def _line_of(source: bytes, text: str) -> int:
    return source[: max(source.find(text.encode()), 0)].count(b"\n") + 1


def _collect_imports(
    source: bytes, folder: Path, beside: frozenset[str], found: set[Path]
) -> None:
    """Add the modules in ``folder`` that ``source`` imports, and those they import.

    :param beside: the names in the folder, so that most imports need no file access.
    """
    for name in _imported_names(source):
        if name in beside or f"{name}.py" in beside:
            for path in _module_files(folder, name):
                if path not in found:
                    found.add(path)
                    _collect_imports(read_file(path), folder, beside, found)


def _imported_names(source: bytes) -> set[str]:
    """The top-level names that ``source`` imports."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set()  # the run will show the error; there is nothing to import
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _module_files(folder: Path, name: str) -> list[Path]:
    """The files of module or package ``name`` in ``folder``; none if it is elsewhere.

    All files of a package count: only a run could show which of them an import reads.
    """
    package = sorted((folder / name).rglob("*.py"))
    module = folder / f"{name}.py"
    if not module.is_file() or folder / name / "__init__.py" in package:
        return package
    return [module]
