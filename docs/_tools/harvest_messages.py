"""List what asyncio can say about tasks, from its own source, on every Python here.

``docs/reference/messages.json`` has each message, the Pythons that have it, and the
entry of the error pages that answers it, or the reason why there is none.  The first
two are written by this script, the others by hand::

    python docs/_tools/harvest_messages.py [LIBRARY ...]

A library is a folder or an archive with the modules of Python's standard library.  The
messages of this Python are always read; those of a version that is not named are kept.
"""

import ast
import json
import re
import sys
import sysconfig
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any

MESSAGES = Path(__file__).parent.parent / "reference" / "messages.json"
GAP = "…"
"""Stands for what a message takes from the program."""
MODULES = [
    "__init__",
    "base_events",
    "base_futures",
    "base_tasks",
    "coroutines",
    "events",
    "exceptions",
    "futures",
    "locks",
    "mixins",
    "queues",
    "runners",
    "selector_events",
    "staggered",
    "taskgroups",
    "tasks",
    "threads",
    "timeouts",
    "unix_events",
]
_LOG_LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
_VALUES = re.compile(r"%[-+ #0]*\d*(?:\.\d+)?[a-z]|\{[^{}]*\}")


@dataclass(frozen=True, order=True)
class Message:
    """A text that asyncio raises, warns with or logs."""

    text: str
    kind: str
    """The name of the exception or of the warning, or ``log``."""


# -- Reading a module ------------------------------------------------------------------


def texts(node: ast.AST, known: Mapping[str, list[ast.expr]]) -> list[str]:
    """The texts that an expression can be, with a gap for each part that is not known.

    :param node: the expression.
    :param known: what is assigned to each name around it.
    """
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(texts(part, {})[0] for part in parts)]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            after = texts(right, known)
            return [a + b for a in texts(left, known) for b in after]
        case ast.BinOp(left=left, op=ast.Mod()):
            return [_VALUES.sub(GAP, text) for text in texts(left, known)]
        case ast.Call(func=ast.Attribute(value=value, attr="format")):
            return [_VALUES.sub(GAP, text) for text in texts(value, known)]
        case ast.IfExp(body=body, orelse=other):
            return [*texts(body, known), *texts(other, known)]
        case ast.Name(id=name) if name in known:
            rest = {other: found for other, found in known.items() if other != name}
            return [text for value in known[name] for text in texts(value, rest)]
    return [GAP]


def _assigned(function: ast.AST) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def _name(node: ast.expr) -> str:
    return ast.unparse(node).rpartition(".")[2]


def _said(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """What a piece of code raises, warns with or logs: kind and text."""
    if isinstance(node, ast.Call) and node.args:
        yield from _called(node)
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "message":
                    yield "log", value
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value="message"))]):
            yield "log", node.value


def _called(node: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    function, name, first = ast.unparse(node.func), _name(node.func), node.args[0]
    if function.startswith("logger.") and name in _LOG_LEVELS:
        yield "log", first
    elif function in ("warnings.warn", "_warn"):
        category = [*node.args[1:2], *(k.value for k in node.keywords)]
        kinds = [word for word in map(_name, category) if word.endswith("Warning")]
        yield (kinds or ["DeprecationWarning"])[0], first
    elif name == "_deprecated":
        removal = "' is deprecated and slated for removal in Python " + GAP
        parts = [ast.Constant("'"), first, ast.Constant(removal)]
        yield "DeprecationWarning", _sum(parts)
    elif re.fullmatch(r"[A-Z]\w*(Error|Exception|Group|Iteration|Empty)", name):
        yield name, first


def _sum(parts: list[ast.expr]) -> ast.expr:
    return reduce(lambda left, right: ast.BinOp(left, ast.Add(), right), parts)


def messages(source: str) -> set[Message]:
    """The messages of a module.

    :param source: its text.
    """
    tree = ast.parse(source)
    parents = (ast.FunctionDef, ast.AsyncFunctionDef)
    functions = [node for node in ast.walk(tree) if isinstance(node, parents)]
    found = set()
    for place in [*functions, tree]:
        known = _assigned(place)
        for node in ast.walk(place):
            for kind, expression in _said(node):
                for text in texts(expression, known if place is not tree else {}):
                    plain = _VALUES.sub(GAP, text) if kind == "log" else text
                    found.add(Message(" ".join(plain.split()), kind))
    return {message for message in found if re.search(r"[^\W\d_]{2}", message.text)}


# -- Reading a library -----------------------------------------------------------------


def harvest(library: Path) -> dict[Message, list[str]]:
    """The messages of a standard library, and the modules that have them.

    :param library: a folder, or an archive.
    """
    found: dict[Message, list[str]] = {}
    place = zipfile.Path(library) if library.is_file() else library
    for module in MODULES:
        path = place / "asyncio" / f"{module}.py"
        if path.is_file():
            for message in messages(path.read_text("utf-8")):
                found.setdefault(message, []).append(module)
    return found


def version(library: Path) -> str:
    """The minor version of a standard library.

    :param library: a folder, or an archive.
    """
    place = zipfile.Path(library) if library.is_file() else library
    for path in place.iterdir():
        if path.name.startswith("_sysconfigdata_"):
            found = re.search(r"'VERSION': '([\d.]+)'", path.read_text("utf-8"))
            if found:
                return found[1]
    raise SystemExit(f"{library} is not a standard library: it has no _sysconfigdata")


# -- The list --------------------------------------------------------------------------


def merge(
    known: list[dict[str, Any]], python: str, found: Mapping[Message, list[str]]
) -> list[dict[str, Any]]:
    """The list with the messages of one more Python.

    :param known: the list.
    :param python: the minor version.
    :param found: its messages, with their modules.
    """
    by = {Message(item["text"], item["kind"]): dict(item) for item in known}
    for message in found:
        by.setdefault(message, {"text": message.text, "kind": message.kind})
    for message, item in by.items():
        if item.get("modules") == ["interpreter"]:
            continue
        pythons = set(item.get("pythons", [])) - {python}
        if message in found:
            pythons.add(python)
            item["modules"] = sorted({*item.get("modules", []), *found[message]})
        item["pythons"] = sorted(pythons, key=_number)
    return [by[message] for message in sorted(by) if by[message]["pythons"]]


def _number(python: str) -> tuple[int, ...]:
    return tuple(map(int, python.split(".")))


def here() -> Path:
    """The standard library of this Python."""
    return Path(sysconfig.get_path("stdlib"))


def main(libraries: Iterable[str]) -> None:
    """Write the list.

    :param libraries: those of other Pythons.
    """
    known = json.loads(MESSAGES.read_text("utf-8")) if MESSAGES.is_file() else []
    this = "{}.{}".format(*sys.version_info)
    found = {this: here(), **{version(Path(lib)): Path(lib) for lib in libraries}}
    for python, library in found.items():
        known = merge(known, python, harvest(library))
    text = json.dumps(known, indent=1, ensure_ascii=False)
    MESSAGES.write_text(text + "\n", "utf-8")
    open_ = [item for item in known if not item.get("entry") and not item.get("reason")]
    print(f"{len(known)} messages, {len(open_)} without an entry or a reason")


if __name__ == "__main__":
    main(sys.argv[1:])
