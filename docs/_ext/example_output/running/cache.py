"""A cache of results, keyed by a digest of everything that can change them."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, get_args

from example_output.example import Example
from example_output.files import read_file, write_atomically
from example_output.running.interpreter import Interpreter
from example_output.running.job import place
from example_output.transcript import Ending, Transcript

KEEP_SECONDS = 30 * 24 * 3600
"""An entry that no build has used for this long is removed."""


def digest(parts: Mapping[str, str]) -> str:
    """The SHA-256 of all parts of a key, in hexadecimal digits."""
    return _sha256(repr(sorted(parts.items())).encode())


def key_parts(
    example: Example,
    interpreter: Interpreter,
    *,
    colors: bool = False,
    masks: Sequence[tuple[str, str]] = (),
    timeout: float = 0.0,
    limit: int = 0,
) -> dict[str, str]:
    """Everything that can change what a run of the example prints, by name.

    Contents count, dates and paths do not: ``touch``, a fresh checkout and a moved one
    change nothing.

    :param colors: whether it may print colors.
    :param masks: those of the project.
    :param timeout: that of the project, at which a server is stopped.
    :param limit: that of its output, at which any program is stopped.
    :raises ExampleError: if the example's metadata cannot be read.
    """
    parent = example.root
    _, inside = place(example)
    name = f"{example.package}/{example.path.name}".lstrip("/")
    files = _programs(example, interpreter) if example.is_session else {}
    files |= {
        f"file {Path(os.path.relpath(path, parent)).as_posix()}": _file(path)
        for path in example.files[1:]
    }
    return {
        "example": _sha256(example.source) + _mode(example.path),
        "name": name if inside == "." else Path(inside, name).as_posix(),
        "interpreter": _sha256_of(interpreter.identity),
        "extension": _OWN_CODE,
        "limit": str(limit),
        **({"colors": "yes"} if colors else {}),
        **({"masks": _sha256_of(repr(masks))} if masks else {}),
        **({"timeout": str(timeout)} if example.metadata.ends == "timeout" else {}),
        **({"declared": given} if (given := example.given) else {}),
        **files,
        **_borrowed(example),
    }


def _borrowed(example: Example) -> dict[str, str]:
    """What the folders are like that an example also imports from, by part of a key."""
    if not (names := example.metadata.pythonpath):
        return {}
    from example_output.running.describe import contents  # rarely needed

    folders = zip(names, example.pythonpath, strict=True)
    return {f"pythonpath {name}": contents(str(folder)) for name, folder in folders}


def _file(path: Path) -> str:
    """What a run can tell of a file beside it: its content, and if it can start it."""
    return _sha256(read_file(path)) + _mode(path)


def _mode(path: Path) -> str:
    return " executable" * bool(os.stat(path).st_mode & 0o111)


_WORD = re.compile(r"[\w./+-]+")


def _programs(example: Example, interpreter: Interpreter) -> dict[str, str]:
    """The programs that a session starts, or may start, by their content.

    The interpreter itself is another part.  What a command is given may name programs,
    too, as in ``sh -c 'tool | sort'``, or ask where they are.
    """
    own = os.path.dirname(interpreter.executable)
    found = {"path": os.environ.get("PATH", "")}
    names = {command.words[0] for command in example.commands}
    for command in example.commands:
        given = " ".join([*command.words[1:], command.stdin])
        names |= set(filter(shutil.which, _WORD.findall(given)))
    for name in names:
        beside = not os.path.dirname(name) and shutil.which(name, path=own)
        path = beside or shutil.which(name)
        if beside and name.startswith("python"):
            path = ""
        changed = os.stat(path).st_mtime_ns if path else 0
        content = _content_of(path, changed, own) if path else str(path)
        found[f"program {name}"] = content
    return found


@lru_cache
def _content_of(path: str, changed: int, folder: str) -> str:
    """The digest of a file that several sessions start, computed once.

    Some can be executed, but not read: of them, the time of the last change counts.

    :param folder: that of the interpreter, whose place scripts name and does not count.
    """
    try:
        return _sha256(read_file(path).replace(os.fsencode(folder), b""))
    except OSError:
        return str(changed)


def explain(old: Mapping[str, str] | None, new: Mapping[str, str]) -> str:
    """Why there is no result under a key, given the key parts of the last result."""
    if old is None:
        return "no run of it has passed here yet"
    changed = [
        _PARTS.get(part, part.removeprefix("file ").removeprefix("program "))
        for part in sorted(old.keys() | new.keys())
        if old.get(part) != new.get(part)
    ]
    if not changed:
        return "its last result has been removed"
    return f"changed since its last result: {', '.join(changed)}"


_PARTS = {
    "example": "the program",
    "name": "its file name",
    "timeout": "example_output_timeout",
    "interpreter": "the interpreter, or a package installed with it",
    "extension": "the way in which examples are run",
    "colors": "example_output_colors",
    "masks": "example_output_masks",
    "path": "PATH",
    "declared": "example_output_examples",
}


_DAY = KEEP_SECONDS / 30


class Cache:
    """A folder with one file for each result.

    The file ``made_of`` contains the key parts of each example's last result.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._remembered: dict[str, dict[str, str]] = {}

    def get(self, key: str) -> Transcript | None:
        """The transcript stored under ``key``, if there is one and it can be read."""
        path = os.path.join(self.folder, f"{key}.json")
        try:
            with open(path, "rb", buffering=0) as file:  # see read_file()
                used = os.fstat(file.fileno()).st_mtime
                found = Transcript(**json.loads(file.read().decode()))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError, RecursionError):
            return None  # truncated by a full disk, perhaps: the example runs again
        if not _fits(found):
            return None
        # Pruning needs no more than one update a day.
        if time.time() - used > _DAY:
            with contextlib.suppress(OSError):
                os.utime(path)
        return found

    def put(self, key: str, result: Transcript) -> None:
        """Store a transcript, atomically."""
        text = json.dumps(asdict(result), ensure_ascii=False)
        write_atomically(self.folder / f"{key}.json", text)

    def forget(self, keys: Iterable[str]) -> None:
        """Remove entries, and what :meth:`remember` was told."""
        for key in keys:
            with contextlib.suppress(OSError):
                os.unlink(self.folder / f"{key}.json")
        self._remembered.clear()

    def remember(self, name: str, parts: Mapping[str, str]) -> None:
        """Remember the key parts of an example's last result, for :meth:`save`."""
        self._remembered[name] = dict(parts)

    def save(self) -> None:
        """Write what was remembered, to one file: one per example would be slow."""
        if self._remembered:
            # Read again, because another build may have written it in the meantime.
            parts = {**_read_object(self._parts_path), **self._remembered}
            write_atomically(self._parts_path, json.dumps(parts))

    def recall(self, name: str) -> dict[str, str] | None:
        """The key parts of an example's last result, if there was one."""
        found = self._remembered.get(name) or self._parts.get(name)
        return found if isinstance(found, dict) else None

    @cached_property
    def _parts(self) -> dict[str, dict[str, str]]:
        return _read_object(self._parts_path)

    @property
    def _parts_path(self) -> Path:
        return self.folder / "made_of"

    def prune(self) -> None:
        """Remove entries that have not been used for :data:`KEEP_SECONDS`.

        It runs once a day: scanning thousands of entries takes as long as a build.
        """
        now = time.time()
        oldest = now - KEEP_SECONDS
        stamp = self.folder / "pruned"
        with contextlib.suppress(OSError):
            if now - stamp.stat().st_mtime < _DAY:
                return
        # Another build may prune, or use, the same entry.
        with contextlib.suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    if entry.name.endswith(".json") and entry.stat().st_mtime < oldest:
                        os.unlink(entry)
            stamp.touch()


_TYPES = {
    "output": str,
    "status": int,
    "ending": str,
    "seconds": int | float,
    "timeline": str,
    "masked": list,
    "made": dict,
}


def _fits(found: Transcript) -> bool:
    """Whether the fields of a transcript that was read have their types."""
    return (
        all(isinstance(getattr(found, name), kind) for name, kind in _TYPES.items())
        and found.ending in get_args(Ending)
        and all(isinstance(part, str) for part in (*found.masked, *found.made.values()))
    )


def _read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file, or an empty one if it is missing or broken."""
    try:
        found = json.loads(read_file(path).decode())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@lru_cache
def _sha256_of(text: str) -> str:
    """The digest of a text that all examples share, computed once."""
    return _sha256(text.encode())


def _code(*names: str) -> str:
    """A digest of files of this package."""
    folder = Path(__file__).parents[1]
    return _sha256(b"".join((folder / name).read_bytes() for name in names))


# Every result depends on how programs are run and their outputs normalized.
_OWN_CODE = _code(
    "normalize.py",
    "running/child.py",
    "running/describe.py",
    "running/environment.py",
    "running/forking.py",
    "running/job.py",
    "running/made.py",
    "running/process.py",
    "running/terminal.py",
    "startup/session.py",
    "startup/sitecustomize.py",
)
OBSERVER = _code(
    "startup/clock.py",
    "startup/objects.py",
    "startup/observe.py",
    "startup/watch.py",
    "timeline/events.py",
)
"""A digest of the code that observes programs: part of the key of a timeline."""
