"""Split the standard library, in Pyodide: what most programs need, and the rest.

The result is the names in the rest, as JSON; the two archives are in ``/tmp``.
"""

import importlib._bootstrap_external as bootstrap
import json
import sys
import zipfile

# What a program of a tutorial about asyncio may import, and what tracebacks need.
for _name in [
    "ast",
    "asyncio",
    "bisect",
    "collections",
    "collections.abc",
    "concurrent.futures",
    "contextlib",
    "contextvars",
    "copy",
    "dataclasses",
    "datetime",
    "decimal",
    "difflib",
    "enum",
    "functools",
    "gc",
    "heapq",
    "inspect",
    "io",
    "itertools",
    "json",
    "linecache",
    "logging",
    "logging.handlers",
    "math",
    "operator",
    "os",
    "pathlib",
    "queue",
    "random",
    "re",
    "secrets",
    "signal",
    "statistics",
    "string",
    "sys",
    "textwrap",
    "threading",
    "time",
    "timeit",
    "tokenize",
    "traceback",
    "tracemalloc",
    "types",
    "typing",
    "uuid",
    "warnings",
    "weakref",
    "_colorize",
    "_pyodide",
    "pyodide",
    "pyodide.code",
    "pyodide.webloop",
    "selectors",
    "socket",
]:
    __import__(_name)

_FULL = f"/lib/python3{sys.version_info.minor}.zip"
# If a program needs a part of a package, the archive has all of it, except for these
# packages, most of which nobody needs.
_PARTLY = {"encodings", "importlib", "email", "http", "urllib", "xml", "html", "ctypes"}
_MODULES = {
    module.__spec__.origin.removeprefix(f"{_FULL}/")
    for module in list(sys.modules.values())
    if getattr(getattr(module, "__spec__", None), "origin", None)
    and module.__spec__.origin.startswith(_FULL)
}
_MODULES |= {f"encodings/{name}.py" for name in ("ascii", "latin_1", "idna", "cp437")}
_PACKAGES = {name.partition("/")[0] for name in _MODULES if "/" in name} - _PARTLY
_DATE = (1980, 1, 1, 0, 0, 0)  # the same bytes on every build


def _write(archive, name, content):
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content, compresslevel=9)


def _bytecode(name, source):
    code = compile(source, f"{_FULL}/{name}", "exec", dont_inherit=True, optimize=0)
    # The hash is not checked, because the archive has no sources.
    return bytes(bootstrap._code_to_hash_pyc(code, b"\0" * 8, checked=False))


def _split():
    names = set()
    with (
        zipfile.ZipFile(_FULL) as full,
        zipfile.ZipFile("/tmp/library.bin", "w") as library,
        zipfile.ZipFile("/tmp/rest.bin", "w") as rest,
    ):
        for name in sorted(full.namelist()):
            if name.endswith("/"):
                continue
            content = full.read(name)
            wanted = name in _MODULES or name.partition("/")[0] in _PACKAGES
            if not wanted:
                _write(rest, name, content)
                names.add(name.partition("/")[0].removesuffix(".py"))
            elif name.endswith(".py"):
                _write(library, name[:-3] + ".pyc", _bytecode(name, content))
            else:
                _write(library, name, content)
    return sorted(names)


json.dumps(_split())
