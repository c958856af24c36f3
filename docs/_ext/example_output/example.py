"""An example: one Python program in the examples folder."""

import ast
import contextlib
import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath, PureWindowsPath

from packaging.version import Version

from example_output.files import read_file
from example_output.metadata import ExampleError, Metadata, read_metadata

# The argument of sleep(), and any number with a fraction, which is probably a time.
_SECONDS = re.compile(rb"(?:sleep\(|\b(?=\d*\.\d))(\d+(?:\.\d+)?)\b")
_LONG = 5  # seconds


class OutsideError(ExampleError):
    """A name that leads out of the examples folder."""


class MissingError(ExampleError):
    """A name that belongs to no example."""


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
        words = [self.path.name]
        with contextlib.suppress(ExampleError, OSError):  # reported elsewhere
            words += self.metadata.arguments
        return " ".join(["python", *map(_quoted, words)])

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
        return read_metadata(self.source)

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
        data = [path for name in self.metadata.files for path in self._data(name)]
        return tuple(dict.fromkeys((self.path, *self.modules, *data)))

    def _data(self, name: str) -> list[Path]:
        """The files that a name, the name of a folder or a pattern stands for."""
        parent = self.path.parent
        path = parent / name
        files = [path] if path.is_file() else _files_in(path, "**/*")
        with contextlib.suppress(NotImplementedError, ValueError):  # no pattern
            files = files or _files_in(parent, name)
        if len(files) > 1:
            stem = re.escape(self.path.stem)  # a pattern may find its recordings
            own = re.compile(rf"{stem}\.(from-[\d.]+)?(out|timeline)")
            files = [file for file in files if not own.fullmatch(file.name)]
        if not files or not all(_inside(file, parent) for file in files):
            line = _line_of(self.source, name)
            raise ExampleError(f"no data file {name!r} beside the example", line)
        return files

    @cached_property
    def pythonpath(self) -> tuple[Path, ...]:
        """The folders that it imports from, besides its own.

        :raises ExampleError: if there is no such folder.
        """
        found = []
        for name in self.metadata.pythonpath:
            found.append(Path(os.path.abspath(self.path.parent / name)))
            if not found[-1].is_dir():
                line = _line_of(self.source, name)
                raise ExampleError(f"pythonpath: there is no folder {name!r}", line)
        return tuple(found)

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
        _ = self.files, self.pythonpath  # reads the metadata, too


def find_examples(folder: Path) -> list[Example]:
    """All examples below ``folder``, sorted by name.

    An example is a ``.py`` file.  Packages, and files and folders whose names start
    with ``_`` or ``.``, are skipped: they are for helper modules.  So are the folders
    of right and wrong programs of an exercise, which have no recordings.
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
        folders[:] = [name for name in folders if not _is_left_out(name)]
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


def _is_left_out(name: str) -> bool:
    """Whether a file, or all that is in a folder, is no example by its name."""
    return name.startswith(("_", ".")) or name.endswith((".right", ".wrong"))


def _is_example(folder: Path, name: PurePosixPath) -> bool:
    """Whether ``_names`` would yield this file."""
    return (
        name.suffix == ".py"
        and not any(map(_is_left_out, name.parts))
        and not any((folder / up / "__init__.py").is_file() for up in name.parents)
        and not any((folder / up).is_symlink() for up in list(name.parents)[:-1])
    )


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _quoted(word: str) -> str:
    """A word of a command, as a shell takes it."""
    return word if re.fullmatch(r"[\w.-]+", word) else shlex.quote(word)


def _files_in(folder: Path, pattern: str) -> list[Path]:
    """The files that a pattern finds, and those in the folders that it finds.

    Not those that are hidden, or in a cache of Python.
    """
    found = folder.glob(pattern)
    files = {file for path in found for file in (path, *path.rglob("*"))}
    return [
        file
        for file in sorted(files)
        if file.is_file()
        and not any(
            part.startswith(".") or part == "__pycache__"
            for part in file.relative_to(folder).parts
            if part != ".."
        )
    ]


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
