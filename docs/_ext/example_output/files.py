"""Find files, read them whole, write them atomically, and remove them."""

import contextlib
import itertools
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

# They end a line, move the cursor, or stand for bytes that are not UTF-8.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def can_be_shown(name: str) -> bool:
    """Whether pages and messages can show the name of a file."""
    return not _UNFIT.search(name)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file atomically; a text as UTF-8 with line feeds.

    A link stays, and the file that it leads to is written.
    """
    if os.path.islink(path):
        path = Path(os.path.realpath(path))
    if isinstance(content, str):
        content = content.encode()
    if not os.path.isdir(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
    # Not with tempfile, whose files are private: the permissions follow the umask.
    temporary = path.with_name(f".{path.name[:40]}.{os.urandom(8).hex()}")
    try:
        with open(temporary, "xb") as file:
            file.write(content)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def read_file(path: Path | str) -> bytes:
    """Read a whole file, unbuffered: for a small one, a buffer doubles the time.

    A build reads thousands of files before it knows that it has nothing to do.
    """
    with open(path, "rb", buffering=0) as file:
        return file.read()


def remove_folder(folder: Path) -> None:
    """Remove a folder as far as possible, also one that a program has locked."""
    # Folders in a thousand folders are more than shutil can follow.
    with contextlib.suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    if not folder.is_dir():
        return
    with contextlib.suppress(OSError, RecursionError):
        folder.chmod(0o700)
        for above, inside, _ in os.walk(folder):  # it looks into these afterwards
            for path in (os.path.join(above, name) for name in inside):
                if not os.path.islink(path):  # which may lead to anything
                    os.chmod(path, 0o700)
        shutil.rmtree(folder, ignore_errors=True)
    if folder.is_dir():
        with contextlib.suppress(OSError):
            _flatten(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _flatten(folder: Path) -> None:
    """Move what is in folders within a folder to its top, however deep it is.

    A path to the deepest of a thousand is too long for the system, and for Python's
    recursion.
    """
    names = (f"{folder}{os.sep}.{number}" for number in itertools.count())
    inside = [entry.path for entry in os.scandir(folder)]
    while inside:
        path = inside.pop()
        if os.path.islink(path) or not os.path.isdir(path):
            continue
        os.chmod(path, 0o700)
        for entry in os.scandir(path):
            moved = next(name for name in names if not os.path.lexists(name))
            os.rename(entry.path, moved)
            inside.append(moved)
        os.rmdir(path)


def below(folder: Path, top: Path | None = None) -> Iterator[Path]:
    """Yield all files below a folder, also those in folders that links lead to.

    :param top: what is above this folder is left out, where a link leads back to it; by
        default, the folder itself.
    """
    start = Path(os.path.realpath(top or folder))
    seen: set[str] = set()
    for parent, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(parent)
        if real in seen or Path(real) in start.parents:
            folders.clear()
            continue
        seen.add(real)
        yield from (Path(parent, file) for file in files)


def files_in(folder: Path, pattern: str) -> list[Path]:
    """The files that a pattern finds, and those in the folders that it finds.

    Not those that are hidden, or in a cache of Python.
    """
    found = folder.glob(pattern)
    files = {file for path in found for file in (path, *below(path, folder))}
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
