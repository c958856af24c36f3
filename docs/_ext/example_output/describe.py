"""Tell who the running interpreter is.

A program of its own, and free of imports from this package: other interpreters, in
which the package is not installed, run this file too.
"""

import json
import os
import platform
import sys
import sysconfig


def describe() -> dict[str, str | list[str]]:
    """The fields of :class:`example_output.runner.Interpreter`."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    library = {sysconfig.get_path(name) for name in names}
    library |= {os.path.realpath(path) for path in library}
    packages = {
        name
        for path in library
        if os.path.isdir(path)
        for name in os.listdir(path)
        if name.endswith(".dist-info")
    }
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


if __name__ == "__main__":
    print(json.dumps(describe()))
