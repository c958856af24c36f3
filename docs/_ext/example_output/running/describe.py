"""Describe the running interpreter.

This is a standalone program without imports from this package, because interpreters in
which the package is not installed run it too.
"""

import ast
import hashlib
import json
import os
import platform
import re
import site
import sys
import sysconfig
from collections.abc import Iterable, Iterator


def describe() -> dict[str, str | list[str]]:
    """The fields of :class:`example_output.running.interpreter.Interpreter`."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    library = {sysconfig.get_path(name) for name in names}
    # Debian's Python has a second folder of packages, and an environment may use those
    # of the Python that it was made with.
    library |= {path for path in site.getsitepackages() if os.path.isdir(path)}
    library |= {os.path.realpath(path) for path in library}
    packages = {text for path in library for text in installed(path)}
    identity = [
        str(sys.implementation.cache_tag),
        sys.platform,
        platform.machine(),
        sys.version.replace("\n", " "),
        *sorted(packages),
    ]
    return {
        "executable": sys.executable,
        "version": platform.python_version(),
        "identity": " ".join(identity),
        "library": sorted(library),
    }


def installed(folder: str) -> Iterator[str]:
    """Yield each package in a folder of packages, with a digest of its contents.

    An editable install is a line of a ``.pth`` file, or of a finder that setuptools
    writes.  Its modules may change at any time, so all of them are read.
    """
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        path = os.path.join(folder, name)
        if name.endswith(".dist-info"):
            yield f"{name} {digest([os.path.join(path, 'RECORD')])}"
        elif name.endswith(".pth"):
            for line in read(path).decode("utf-8", "replace").splitlines():
                place = os.path.join(folder, line.strip())
                if line.strip() and os.path.isdir(place):
                    yield f"{name} {digest(modules(place))}"
        elif name.startswith("__editable__") and name.endswith("_finder.py"):
            found = re.search(r"MAPPING[^=\n]*= (\{.*\})", read(path).decode())
            places = ast.literal_eval(found[1]).values() if found else ()
            yield f"{name} {digest(m for p in places for m in modules(p))}"


def modules(place: str) -> list[str]:
    """The Python files of a module or below a folder, sorted."""
    if not os.path.isdir(place):
        return [place, place + ".py"]
    return sorted(
        os.path.join(parent, name)
        for parent, _, names in os.walk(place)
        for name in names
        if name.endswith(".py")
    )


def digest(paths: Iterable[str]) -> str:
    """A short digest of the contents of files; a missing file counts as empty."""
    total = hashlib.sha256()
    for path in paths:
        content = read(path)
        total.update(b"%d " % len(content) + content)
    return total.hexdigest()[:16]


def read(path: str) -> bytes:
    """The bytes of a file; empty if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


if __name__ == "__main__":
    print(json.dumps(describe()))
