"""Normalize outputs, so that runs on different machines can be compared."""

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from example_output.running.terminal import COLOR, ESCAPE, MOVES, Pen, Row, switched


def _lines(text: str) -> list[str]:
    """Split at line feeds only: str.splitlines() also splits at U+2028 and the like."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


@dataclass(frozen=True)
class Surroundings:
    """The paths of one run that its output may contain."""

    folders: tuple[str, ...]
    """The spellings of the program's folder, which tracebacks contain."""
    home: tuple[str, ...] = ()
    """The spellings of its home, which is its temporary folder too."""
    library: tuple[str, ...] = ()
    """Where the interpreter's own modules and installed packages are."""
    executable: str = ""
    """The interpreter."""
    hidden: str = ""
    """A file of which tracebacks show no frame: no program knows of it."""
    colors: bool = False
    """Whether colors and the like stay."""
    own: frozenset[str] | None = frozenset()
    """Addresses that stay as they are, because they are the same on every run; ``None``
    if all of them stay."""
    masks: tuple[tuple[str, str], ...] = ()
    """Regular expressions, and what replaces their matches."""
    matched: set[str] = field(default_factory=set, compare=False)
    """The regular expressions that have matched, which :func:`normalize` adds."""


class Rule(NamedTuple):
    """One rule of normalization; pages show its ``title`` and ``reason``."""

    title: str
    reason: str
    apply: Callable[[str, Surroundings], str]


_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f]|\x1b(?!\[[\d;]*m)")
_ADDRESS = re.compile(
    r"(?P<before>\b(?:at |id=)(?:\x1b\[[\d;]*m)*)0x(?P<digits>[0-9A-Fa-f]+)\b"
)
_FRAME = re.compile(
    r'(?P<margin>[ |]*)  File "(?P<file>[^"\n]+)", line \d+(?:,? in .*)?\n?'
)


_TRACEBACK = re.compile(
    r"[ |+]*(?:Exception Group )?Traceback \(most recent call last\):\n?"
)


# Compiled modules name their sources like this, wherever they are installed.
_CYTHON = ("uvloop/", "uvloop\\\\")
_CARETS = re.compile(r"[ |]*[~^][~^ ]*\n?")
_ELIDED = re.compile(r"[ |]*    \.\.\.<\d+ lines>\.\.\.\n?")
_REPEATED = re.compile(r"[ |]*  \[Previous line repeated \d+ more times?\]\n?")


def _line_endings(text: str, _where: Surroundings) -> str:
    return text.replace("\r\n", "\n")


def _overwritten(text: str, where: Surroundings) -> str:
    pen: Pen = {}
    lines = _lines(text)
    for number, line in enumerate(lines):
        if MOVES.search(line):
            row = Row(pen if where.colors else None)
            row.write(line.removesuffix("\n"))
            lines[number] = row.shown() + "\n" * line.endswith("\n")
            pen = row.pen or {}
        elif where.colors:
            for sequence in COLOR.findall(line):
                pen = switched(pen, sequence)
    return "".join(lines)


def _without_escapes(text: str, where: Surroundings) -> str:
    """Remove escape sequences; colors may stay."""
    return ESCAPE.sub(
        lambda found: found[0] if where.colors and COLOR.fullmatch(found[0]) else "",
        text,
    )


def _escape_sequences(text: str, where: Surroundings) -> str:
    text = _without_escapes(text, where)
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _library_frames(text: str, where: Surroundings) -> str:
    return "".join(_fold(_lines(text), where))


def _fold(lines: list[str], where: Surroundings) -> Iterator[str]:
    """Yield the lines with each run of library frames as one ``...`` line."""
    last, position, inside = "", 0, False
    while position < len(lines):
        line = lines[position]
        if not (frame := _FRAME.fullmatch(line)):
            yield line
            last, position = line, position + 1
            inside = bool(_TRACEBACK.fullmatch(line))
            continue
        end = _frame_end(lines, position + 1, frame["margin"], inside=inside)
        if frame["file"] == where.hidden:
            position = end
            continue
        if _in_library(frame["file"], where):
            fold = f"{frame['margin']}  ...\n"
            if last != fold:
                yield fold
            last = fold
        else:
            last = line
            yield from (
                row for row in lines[position:end] if not _CARETS.fullmatch(row)
            )
        position = end


def _frame_end(lines: list[str], start: int, margin: str, *, inside: bool) -> int:
    """The index after the source lines and carets that belong to one frame.

    Inside a traceback, these are all indented lines: since 3.13 all lines of a
    statement are shown, and the exception ends the traceback.  Elsewhere it is one
    line, or as many as have carets under them, because the next output of the program
    may be indented too.
    """
    end = start
    while end < len(lines):
        following = lines[end + 1] if end + 1 < len(lines) else ""
        indented = lines[end].startswith(f"{margin}    ")
        if not (
            _CARETS.fullmatch(lines[end])
            or _REPEATED.fullmatch(lines[end])
            or _ELIDED.fullmatch(lines[end])
            or (indented and (inside or end == start or _CARETS.fullmatch(following)))
        ):
            break
        end += 1
    return end


def _in_library(file: str, where: Surroundings) -> bool:
    # The temporary folder may lie in a project that is installed as editable.
    own = file.startswith(_inside(where.folders))
    return not own and file.startswith(("<frozen ", *_inside(where.library), *_CYTHON))


def _inside(folders: tuple[str, ...]) -> tuple[str, ...]:
    """What the paths of files in these folders begin with."""
    return tuple(folder + separator for folder in folders for separator in "/\\")


def _own_paths(text: str, where: Surroundings) -> str:
    for folder in sorted(where.folders, key=len, reverse=True):
        text = re.sub(re.escape(folder) + r"[/\\]", "", text).replace(folder, ".")
    for folder in sorted(where.home, key=len, reverse=True):
        text = text.replace(folder, "~")
    return text


def _library_paths(text: str, where: Surroundings) -> str:
    if where.executable:
        text = text.replace(where.executable, "python")
    for folder in sorted(where.library, key=len, reverse=True):
        place = re.compile(re.escape(folder) + r"[/\\]([^\s:'\"]*)(:\d+)?")
        text = place.sub(
            lambda found: (
                f"<library>/{found[1]}".replace("\\", "/")
                + (":..." if found[2] else "")
            ),
            text,
        )
    return text


def _masks(text: str, where: Surroundings) -> str:
    for pattern, replacement in where.masks:
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        if count:
            where.matched.add(pattern)
    return text


def checked_masks(value: object) -> tuple[tuple[str, str], ...]:
    """Masks as a project or an example writes them: a list of pairs.

    :raises ValueError: if they cannot be used.
    """
    if not isinstance(value, list | tuple):
        raise ValueError("masks is not a list")  # noqa: TRY004  # as the others
    found = []
    for pair in value:
        match pair:
            case [str(pattern), str(replacement)]:
                found.append((pattern, replacement))
            case _:
                raise ValueError(
                    f"masks: {pair!r} is not a regular expression and its replacement, "
                    "both of them texts"
                )
        try:
            re.sub(pattern, replacement, "")
        except (re.error, IndexError) as error:
            raise ValueError(f"masks: {pattern!r} cannot be used: {error}") from None
    return tuple(found)


def _addresses(text: str, where: Surroundings) -> str:
    return text if where.own is None else name_addresses(text, where.own)


def name_addresses(text: str, own: Container[str]) -> str:
    """Replace addresses by placeholders, except those in ``own``."""
    seen: dict[int, str] = {}

    def placeholder(found: re.Match[str]) -> str:
        if f"0x{found['digits']}" in own:
            return found[0]
        number = int(found["digits"], 16)
        name = seen.setdefault(number, f"address-{len(seen) + 1}")
        return f"{found['before']}{name}"

    return _ADDRESS.sub(placeholder, text)


def addresses(text: str) -> set[str]:
    """The addresses in a text, as they are written there."""
    return {f"0x{found['digits']}" for found in _ADDRESS.finditer(text)}


RULES: tuple[Rule, ...] = (
    Rule(
        "Line endings are line feeds.",
        "Windows ends each line with a carriage return and a line feed.",
        _line_endings,
    ),
    Rule(
        "A carriage return goes back to the start of the line, so that what follows "
        "overwrites it; a backspace goes back by one, and escape sequences that move "
        "or erase within a line do so.",
        "A terminal does this: of a progress bar, its last state remains.",
        _overwritten,
    ),
    Rule(
        "Escape sequences are removed, except colors in a project that asks for "
        "them; other control characters are spelled out, as in ``\\x07``.",
        "A page is not a terminal: it has no cursor and no bell.",
        _escape_sequences,
    ),
    Rule(
        "Frames inside the standard library or an installed package are folded into "
        "one line, ``...``, and lines of carets are removed.",
        "Both differ between patch releases of Python; the frames of the example and "
        "the last line do not.",
        _library_frames,
    ),
    Rule(
        "The example's path becomes its file name, its folder ``.``, and its home and "
        "temporary folder ``~``.",
        "Each run has its own folders, and their names differ.",
        _own_paths,
    ),
    Rule(
        "A path in the standard library or in an installed package begins with "
        "``<library>``, its line number becomes ``...``, and the interpreter's own "
        "path becomes ``python``.",
        "They depend on where Python is installed on the machine that built the page.",
        _library_paths,
    ),
    Rule(
        "What a mask of the project or of the example matches is replaced.",
        "Times, ports and names that are chosen at random differ between runs.",
        _masks,
    ),
    Rule(
        "A memory address after ``at`` or ``id=`` becomes ``address-1``, ``address-2`` "
        "and so on; equal addresses stay equal, and one that is the same on every run "
        "stays as it is.",
        "Addresses of objects differ between runs.",
        _addresses,
    ),
)


def normalize(output: str, where: Surroundings) -> str:
    """Apply :data:`RULES` in their order, and change nothing else."""
    for rule in RULES:
        output = rule.apply(output, where)
    return output
