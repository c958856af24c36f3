"""What a program imports from beside it and so has to be run with; what it calls."""

import ast
import os
import re
import warnings
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from example_output.files import below, files_in, read_file
from example_output.metadata import reading

if TYPE_CHECKING:
    from example_output.example import Example

_WORD = re.compile(r"\w+")
_WORDS = bytes(n if re.match(rb"\w", bytes([n])) else ord(" ") for n in range(256))
"""Puts blanks between the words of a text in ASCII, in a fifth of the time."""
_FIELD = re.compile(r"\{[^{}]*\}|%[-#0 +.\d]*[a-zA-Z]")  # {} and %s
FEWEST = 3
"""Characters in which a text has to be like what may have made it."""
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""Where statements have others below them."""


def local_modules(example: "Example") -> tuple[Path, ...]:
    """The local modules that an example imports, and all that is in its package.

    :raises ExampleError: if one of them cannot be read.
    """
    beside = example.beside
    if beside is None or example.package:
        beside = frozenset(os.listdir(example.root))
    found: set[Path] = set()
    with reading():
        if example.package:  # which is imported, with whatever is in it
            found.update(files_in(example.path.parent, "**/*"))
            for path in [path for path in found if path.suffix == ".py"]:
                _collect(read_file(path), example.root, beside, found)
        _collect(example.source, example.root, beside, found)
    return tuple(sorted(found - {example.path})) if found else ()


def _collect(
    source: bytes, folder: Path, beside: frozenset[str], found: set[Path]
) -> None:
    """Add the modules in ``folder`` that ``source`` imports, and those they import.

    :param beside: the names in the folder, so that most imports need no file access.
    """
    if not _may_import(source, beside):
        return
    for name in _imported_names(source):
        if name in beside or f"{name}.py" in beside:
            for path in _module_files(folder, name):
                if path not in found:
                    found.add(path)
                    _collect(read_file(path), folder, beside, found)


def _may_import(source: bytes, beside: frozenset[str]) -> bool:
    """Whether a word of ``source`` is the name of a module beside it.

    Of most programs none is, and to parse them takes ten times as long.  Python
    normalizes names that are not ASCII, and a program may be in an encoding of its own:
    those are parsed.
    """
    if not source.isascii() or b"coding" in source:
        return True
    words = set(source.translate(_WORDS).decode().split())
    return not words.isdisjoint(beside) or any(f"{word}.py" in beside for word in words)


def _imported_names(source: bytes) -> set[str]:
    """The top-level names that ``source`` imports, or may import."""
    tree = _parsed(source)
    if tree is None:
        # It may be in the syntax of a newer Python, which runs it.
        return set(_WORD.findall(source.decode("utf-8", "replace")))
    names: set[str] = set()
    for node in _statements(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _parsed(source: bytes) -> ast.Module | None:
    """The tree of a program; ``None`` if it is none for this Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they may be errors: python -W error
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None  # the last two: it is nested too deeply for the parser


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield all statements, without their expressions, in which nothing is imported.

    :func:`ast.walk` takes several times as long.
    """
    pending: list[ast.AST] = [tree]
    while pending:
        node = pending.pop()
        for name in _BLOCKS:
            below = getattr(node, name, ())
            yield from below
            pending.extend(below)


def _module_files(folder: Path, name: str) -> list[Path]:
    """The files of module or package ``name`` in ``folder``; none if it is elsewhere.

    All files of a package count: only a run could show which of them an import reads.
    """
    package = sorted(path for path in below(folder / name) if path.suffix == ".py")
    module = folder / f"{name}.py"
    if not module.is_file() or folder / name / "__init__.py" in package:
        return package
    return [module]


def find_title(source: bytes) -> str:
    """The first line of a module's docstring, or nothing."""
    tree = _parsed(source)
    return (ast.get_docstring(tree) or "").partition("\n")[0] if tree else ""


def find_calls(source: bytes) -> list[str]:
    """The names of what a program calls, sorted."""
    tree = _parsed(source)
    parts = ast.walk(tree) if tree else ()
    names = {_dotted(part.func) for part in parts if isinstance(part, ast.Call)}
    return sorted(filter(None, names))


def _dotted(node: ast.expr) -> str:
    """A name with the names of what it belongs to; nothing if it is something else."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(names)])


def find_text(source: bytes, text: str) -> list[int]:
    """The lines whose strings contain a text, but for docstrings."""
    tree = _parsed(source)
    parts = list(ast.walk(tree)) if tree else []
    alone = {part.value for part in parts if isinstance(part, ast.Expr)}
    return sorted(
        part.lineno + part.value.partition(text)[0].count("\n")
        for part in parts
        if isinstance(part, ast.Constant) and part not in alone
        if isinstance(part.value, str) and text in part.value
    )


def find_names(source: bytes, names: Collection[str]) -> list[int]:
    """The lines that use one of these names, by itself or of something."""
    tree = _parsed(source) if names else None
    nodes = list(ast.walk(tree)) if tree else []
    # Of "time.sleep", the name that is used is "sleep".
    owners = {node.value for node in nodes if isinstance(node, ast.Attribute)}
    return sorted(
        node.end_lineno or node.lineno
        for node in nodes
        if (isinstance(node, ast.Attribute) and node.attr in names)
        or (isinstance(node, ast.Name) and node.id in names and node not in owners)
    )


def find_parts(source: bytes, text: str) -> list[int]:
    """The lines where a text may be put together, as from ``"task"`` and a number.

    Best first: those whose strings make up the most of the text.
    """
    tree = _parsed(source)
    nodes = list(ast.walk(tree)) if tree else []
    sums = [node for node in nodes if isinstance(node, ast.BinOp)]
    inner = {one for node in sums for one in _made_of(node)}
    found = []
    for node in nodes:
        if isinstance(node, ast.Call | ast.JoinedStr | ast.BinOp) and node not in inner:
            parts = list(_parts(node))
            size = sum(len(part) for _, part in parts)
            if size >= FEWEST and _are_in(text, parts):
                found.append((-size, parts[0][0]))
    return [line for _, line in sorted(found)]


def _are_in(text: str, parts: list[tuple[int, str]]) -> bool:
    """Whether a text has all parts, in their order.

    Not by a pattern, which would try all places for each of them.
    """
    place = 0
    for _, part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def _parts(node: ast.expr) -> Iterator[tuple[int, str]]:
    """Yield the strings of which an expression makes a text, with their lines."""
    pending = [node]  # no recursion: a sum may have thousands of parts
    while pending:
        part = pending.pop()
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            texts = (text.strip() for text in _FIELD.split(part.value))
            yield from ((part.lineno, text) for text in texts if text)
        pending += reversed(_made_of(part))


def _made_of(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.JoinedStr):
        return node.values
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Call):
        # "{} is done".format(name)
        owner = [node.func.value] if isinstance(node.func, ast.Attribute) else []
        return [*owner, *node.args]
    return []
