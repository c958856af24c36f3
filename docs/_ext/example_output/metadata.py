"""What an example declares in its block of inline script metadata (PEP 723).

A file beside it, ``NAME.example.toml``, may have the text of a block in its place.
"""

import contextlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, Any

from example_output.files import read_file
from example_output.normalize import checked_masks
from example_output.settings import AXES, LARGEST

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

# By the regular expression in PEP 723.
_BLOCK = re.compile(
    r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$"
)
_BEGUN = re.compile(r"(?m)^# /// script$")
# What a block that cannot be read may raise; RecursionError if it is nested too deeply.
_WRONG = (AttributeError, RecursionError, TypeError, ValueError)
_NUMBERS = (int, float)  # not those that derive from them, as bool does
# Blank lines, and what has to come first in a file.
_BEFORE = re.compile(r"(?:#!.*\n)?(?:#.*?coding[:=].*\n|[ \t]*\n)*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
# What a run sets by itself, and other ways to set it.
_SET_BY_RUNS = {
    "PYTHONPATH": "declare pythonpath in its place",
    "PYTHONHASHSEED": "the recorder varies it",
    **dict.fromkeys(
        ("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), "each run has its own"
    ),
}
# What follows the name of an example in those of programs, recordings and the like.
_TAKEN = re.compile(
    rf"(?:.*\.)?(?:py|console)|checks|steps|example\.toml"
    rf"|(?:(?:{'|'.join(AXES)}|from-[\d.]+)\.)?(?:out|timeline)",
    re.IGNORECASE,  # as on macOS and Windows
)

DECLARED = ".example.toml"
"""What the name of the file ends in that declares for the example beside it."""
TOOL = "example-output"
"""The table of a PEP 723 block (``[tool.example-output]``) that holds our settings."""


class ExampleError(Exception):
    """A file in the examples folder cannot be an example; the message says why.

    ``line`` is the line of the file that causes the error, counted from 1.
    """

    def __init__(self, message: str, line: int = 1) -> None:
        super().__init__(message)
        self.line = line


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Read files of an example.

    :raises ExampleError: if one of them cannot be read.
    """
    try:
        yield
    except OSError as error:
        name = Path(error.filename or "").name
        why = error.strerror or error
        raise ExampleError(f"{name} cannot be read: {why}") from None


@dataclass(frozen=True)
class Metadata:
    """What an example declares."""

    requires_python: "SpecifierSet | None" = None
    dependencies: tuple[str, ...] = ()
    """The packages that it needs, as in PEP 508."""
    runs: bool = True
    """Whether it is run at all; if not, its recording is shown."""
    timeout: float | None = None
    """Seconds that this example may take; ``None`` for the project's setting."""
    varies: bool = False
    """Whether the order of its output lines may differ between runs."""
    files: tuple[str, ...] = ()
    """Data files, folders and patterns, relative to the example's folder."""
    arguments: tuple[str, ...] = ()
    """The arguments of its command line."""
    stdin: str = ""
    """What it reads from standard input."""
    environment: tuple[tuple[str, str], ...] = ()
    """Environment variables and their values, besides those that every run has."""
    pythonpath: tuple[str, ...] = ()
    """Folders to import from, relative to the example's folder."""
    masks: tuple[tuple[str, str], ...] = ()
    """What its output replaces; see :data:`.normalize.RULES`."""
    axes: tuple[tuple[str, str], ...] = ()
    """The axes that do not concern it, each with the reason; see :mod:`.settings`."""
    makes: tuple[str, ...] = ()
    """The files that it makes, relative to the folder that it runs in."""
    tolerance: float = 0.0
    """How much its pictures may differ; see :func:`.running.made.difference`."""
    alone: bool = False
    """Whether no other example that says so may run at the same time."""
    ends: str = "exit"
    """How it ends: by itself, or at its ``timeout``, as a server does."""
    lines: tuple[int, int] = (0, 0)
    """The first and the last line of the block."""
    hidden: tuple[int, int] = (0, 0)
    """The lines that pages leave out: the block and the blank lines around it.

    None of a block in the middle: the numbers of the lines after it would not fit.
    """

    @property
    def is_plain(self) -> bool:
        """Whether it is started as ``python NAME``, with nothing else."""
        return not (self.arguments or self.stdin or self.environment or self.pythonpath)


_NONE = Metadata()  # of most examples
# The keys of PEP 723.
_STANDARD = frozenset({"requires-python", "dependencies"})


def read_separate(path: Path) -> dict[str, Any]:
    """What a file beside an example declares, in the form of a block.

    :param path: the file, which may not exist.
    :raises ExampleError: if it cannot be read.
    """
    if not path.is_file():
        return {}
    try:
        block = _toml(read_file(path).decode("utf-8-sig"))
        if unknown := sorted(block.keys() - _STANDARD - {"tool"}):
            raise ValueError(f"{', '.join(unknown)} belongs into [tool.{TOOL}]")
        found = _keys_of(block)
        check_declared(found)
    except _WRONG as error:
        raise ExampleError(f"{path.name} cannot be read: {error}") from None
    return found


def _toml(text: str) -> dict[str, Any]:
    import tomllib  # most examples declare nothing

    return tomllib.loads(text)


def _specifiers(text: str) -> "SpecifierSet":
    from packaging.specifiers import SpecifierSet  # as above

    return SpecifierSet(text)


def _keys_of(block: Mapping[str, Any]) -> dict[str, Any]:
    """What a block declares that is for us, in one table."""
    standard = {key: block[key] for key in _STANDARD & block.keys()}
    return {**standard, **_tool(block)}


def _tool(block: Mapping[str, Any]) -> dict[str, Any]:
    """Our table of a block."""
    tools = block.get("tool", {})
    if not isinstance(tools, dict):
        raise ValueError("tool is not a table")  # noqa: TRY004  # as the others
    found = tools.get(TOOL, {})
    if not isinstance(found, dict):
        raise ValueError(f"{TOOL} is not a table, as [tool.{TOOL}] is")  # noqa: TRY004
    return found


def read_metadata(
    source: bytes,
    declared: Mapping[str, Any] | None = None,
    separate: Mapping[str, Any] | None = None,
) -> Metadata:
    """What a program declares.

    :param declared: what ``conf.py`` declares for it, which its block replaces.
    :param separate: what a file beside it declares: other keys than its block.
    :raises ExampleError: if there are two blocks, or one that cannot be read.
    """
    separate = separate or {}
    declared = {**(declared or {}), **separate}
    nothing = _read({}, declared) if declared else _NONE
    if b"# ///" not in source:
        return nothing
    text = source.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    blocks = [m for m in _BLOCK.finditer(text) if m["type"] == "script"]
    if not blocks:
        if begun := _BEGUN.search(text):
            line = text.count("\n", 0, begun.start()) + 1
            raise ExampleError("its PEP 723 block has no end: add a line # ///", line)
        return nothing
    first = text.count("\n", 0, blocks[0].start()) + 1
    if len(blocks) > 1:
        line = text.count("\n", 0, blocks[1].start()) + 1
        raise ExampleError("two PEP 723 script blocks", line)
    content = "".join(
        row[2:] if row.startswith("# ") else row[1:]
        for row in blocks[0]["content"].splitlines(keepends=True)
    )
    try:
        table = _toml("\n" * first + content)  # lines as in the file
        twice = sorted(separate.keys() & _keys_of(table).keys())
        found = _read(table, declared)
    except _WRONG as error:
        message = f"its PEP 723 block cannot be read: {error}"
        line = _line_of(str(error), content, first)
        raise ExampleError(message, line) from None
    if twice:
        both = "its PEP 723 block and the file beside it"
        raise ExampleError(f"{both} both declare {', '.join(twice)}: keep one", first)
    last = first + blocks[0][0].count("\n")
    return replace(found, lines=(first, last), hidden=_hidden(text, blocks[0]))


def _line_of(message: str, content: str, first: int) -> int:
    """The line that a message names, or that of the key with which it begins."""
    if named := re.search(r"\(at line (\d+)", message):
        return int(named[1])
    key = re.split("[ :,]", message)[0]
    rows = enumerate(content.splitlines(), first + 1)
    return next((number for number, row in rows if row.startswith(key)), first)


def _hidden(text: str, block: re.Match[str]) -> tuple[int, int]:
    """The lines that pages leave out, or zeros."""
    before, after = text[: block.start()], text[block.end() :]
    if not after.strip():
        kept = before.rstrip()
        return (kept.count("\n") + 2, text.count("\n") + 1) if kept else (0, 0)
    if not _BEFORE.fullmatch(before):
        return 0, 0
    blank = len(after) - len(after.lstrip("\n"))
    return 1, text.count("\n", 0, block.end()) + blank


def check_declared(declared: Mapping[str, Any]) -> None:
    """Check what ``conf.py`` declares for some examples.

    :raises ValueError: if it cannot be used.
    """
    try:
        _read({}, declared)
    except (AttributeError, TypeError) as error:
        raise ValueError(str(error)) from None


def _read(block: dict[str, Any], declared: Mapping[str, Any]) -> Metadata:
    """What the table of a block says.

    :param declared: what counts for keys that the block has not.
    :raises ValueError: if it cannot be used; others for values of another type.
    """
    table = {**{key: declared[key] for key in _STANDARD & declared.keys()}, **block}
    ours = {key: declared[key] for key in declared.keys() - _STANDARD}
    ours |= _tool(block)
    requires = table.get("requires-python", "")
    if not isinstance(requires, str):
        raise ValueError("requires-python is not a string")  # noqa: TRY004  # as above
    with _value_of("requires-python"):
        specifiers = _specifiers(requires) if requires else None
    found = Metadata(
        requires_python=specifiers,
        dependencies=tuple(_requirements(table)),
        runs=_flag(ours, "run", default=True),
        timeout=_seconds(ours.pop("timeout", None)),
        varies=_choice(ours, "order", "fixed", "varies") == "varies",
        files=_strings(ours, "files"),
        arguments=_strings(ours, "arguments"),
        stdin=_string(ours, "stdin"),
        environment=tuple(_environment(ours.pop("environment", {}))),
        pythonpath=_strings(ours, "pythonpath"),
        masks=checked_masks(ours.pop("masks", [])),
        axes=tuple(_axes(ours.pop("axes", {}))),
        makes=_made(_strings(ours, "makes")),
        tolerance=_share(ours.pop("tolerance", 0)),
        alone=_flag(ours, "alone", default=False),
        ends=_choice(ours, "ends", "exit", "timeout"),
    )
    if ours:
        raise ValueError(f"{', '.join(sorted(ours))} is no key of [tool.{TOOL}]")
    for text in found.arguments:
        if not text.isprintable():  # its command is one line
            raise ValueError(f"arguments: {text!r} has a control character")
        if len(text) > _LONGEST:
            raise ValueError(f"arguments: {text[:20]!r}… is too long for a command")
    for name in found.pythonpath:
        if PurePosixPath(name).is_absolute() or PureWindowsPath(name).drive:
            raise ValueError(f"pythonpath: {name!r} is not relative to the example")
    return found


@contextlib.contextmanager
def _value_of(key: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise ValueError(f"{key}: {error}") from None


_LONGEST = 30_000  # characters: 4 bytes each at most, of the 128 KiB of Linux


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    if type(value) not in _NUMBERS or not 0 < value <= LARGEST:  # type: ignore[operator]
        wanted = f"a number of seconds above 0, and at most {LARGEST:,}"
        raise ValueError(f"timeout = {value!r} is not {wanted}")
    return value  # type: ignore[return-value]


def _made(names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        pure = PurePosixPath(name)
        if (
            pure.is_absolute()
            or PureWindowsPath(name).drive
            or not {"..", "\\"}.isdisjoint((*pure.parts, *name))
        ):
            raise ValueError(f"makes: {name!r} is not a path below its folder")
        if name in ("", ".") or _TAKEN.fullmatch(name.replace("/", ".")):
            raise ValueError(
                f"makes: {name!r} cannot be the name of a file: beside the example, "
                "its recording would be taken for something else"
            )
        if name != str(pure):
            raise ValueError(f"makes: {name!r} is {str(pure)!r}, so write that")
    if len({name.replace("/", ".").casefold() for name in names}) < len(names):
        raise ValueError("makes: two files would have one recording")
    return names


def _share(value: object) -> float:
    if type(value) not in _NUMBERS or not 0 <= value <= 1:  # type: ignore[operator]
        raise ValueError(f"tolerance = {value!r} is not a number from 0 to 1")
    return float(value)  # type: ignore[arg-type]


def _choice(table: dict[str, Any], key: str, *known: str) -> str:
    """One of the known values; the first by default."""
    value = table.pop(key, known[0])
    if value not in known:
        names = " or ".join(f'"{name}"' for name in known)
        raise ValueError(f"{key} = {value!r} is not {names}")
    return str(value)


def _flag(table: dict[str, Any], key: str, *, default: bool) -> bool:
    value = table.pop(key, default)
    if not isinstance(value, bool):
        raise ValueError(f"{key} = {value!r} is not true or false")  # noqa: TRY004
    return value


def _string(table: dict[str, Any], key: str) -> str:
    value = table.pop(key, "")
    if not isinstance(value, str):
        raise ValueError(f"{key} is not a string")  # noqa: TRY004  # as the others
    return value


def _strings(table: dict[str, Any], key: str) -> tuple[str, ...]:
    value = table.pop(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{key} is not a list of strings")
    return tuple(value)


def _axes(value: object) -> Iterator[tuple[str, str]]:
    """Yield axes, and why each does not concern the example."""
    if not isinstance(value, dict) or not all(
        axis in AXES and isinstance(reason, str) and reason
        for axis, reason in value.items()
    ):
        raise ValueError(f"axes is not a table of reasons for {' and '.join(AXES)}")
    yield from value.items()


def _environment(value: object) -> Iterator[tuple[str, str]]:
    """Yield the names and values of environment variables, sorted."""
    if not isinstance(value, dict):
        raise ValueError("environment is not a table of strings")  # noqa: TRY004
    for name, text in sorted(value.items()):
        if not isinstance(text, str) or "\0" in text:
            raise ValueError(f"environment: {name} = {text!r} is not a string")
        if not _VARIABLE.fullmatch(name):
            raise ValueError(f"environment: {name!r} is no name of a variable")
        if name in _SET_BY_RUNS or name.startswith("EXAMPLE_OUTPUT_"):
            why = _SET_BY_RUNS.get(name, "it is ours")
            raise ValueError(f"environment: {name} cannot be set: {why}")
        yield name, text


def _requirements(table: dict[str, Any]) -> tuple[str, ...]:
    texts = _strings(dict(table), "dependencies")
    if texts:
        from packaging.requirements import Requirement  # rarely needed

        with _value_of("dependencies"):
            for text in texts:
                Requirement(text)
    return texts
