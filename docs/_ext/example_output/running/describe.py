"""Describe the running interpreter: what it is, and all that programs can import.

This is a standalone program without imports from this package, because interpreters in
which the package is not installed run it too.  It needs a new process: ``conf.py`` and
pytest change what the present one imports from, while ``.pth`` files, finders and
``sitecustomize`` have had their effect in a new one.

Contents count, dates and places do not: a moved environment is the same one.
"""

import gc
import hashlib
import os
import site
import sys
import sysconfig
from collections.abc import Callable, Container, Iterable, Iterator
from importlib.machinery import all_suffixes

# Modules, and the sources of compiled ones: some editable installs compile them when
# they are imported.
_MODULES = (
    *all_suffixes(),
    *(".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".pyx", ".pxd", ".pxi", ".f", ".f90"),
    *(".rs", "meson.build", "CMakeLists.txt", ".pth"),
)
_METADATA = (".egg-info", ".dist-info")
# What holds no module of the project: a list of files, or what can be made again.
_CACHE = {"__pycache__"}
_SKIPPED = {*_CACHE, "node_modules", "SOURCES.txt"}
# What a folder contains that is a Python, an environment of conda, or made by Sphinx.
_NO_MODULES = {"pyvenv.cfg", "conda-meta", ".buildinfo"}
# What is in the folder of a project, which has more in it than modules.
_PROJECT = {"pyproject.toml", "setup.py", "setup.cfg", "meson.build"}
# Where a package came from, and when.
_ORIGIN = ("RECORD", "direct_url.json", "uv_cache.json")

_Rows = list[tuple[str, str]]  # paths and hashes
_Files = Iterable[tuple[str, str]]  # names and paths


def describe(variables: Iterable[str] = ()) -> dict[str, str | list[str]]:
    """The fields of :class:`example_output.running.interpreter.Interpreter`.

    :param variables: the environment variables whose values count.
    """
    standard = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    packages = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    # Debian's Python has a second folder of packages.
    packages |= set(filter(os.path.isdir, site.getsitepackages()))
    path = _import_path(standard)
    records = {entry: _records(entry) for entry in path}
    mapped = sorted(_mapped())
    projects = [found for entry in path for found in _unmapped(entry, records[entry])]
    library = {*standard, *packages, *path}
    library |= {_above(place, name) for name, place in mapped}
    for project in projects:
        library |= {project, *filter(os.path.isdir, [os.path.join(project, "src")])}
    library |= {os.path.realpath(folder) for folder in library}
    places = {*library, sys.prefix, sys.base_prefix}

    identity = list(_python(variables))
    for entry in path:
        if records[entry]:
            identity += _installed(entry, records[entry], places)
        else:
            identity.append(f"path {_digest(_files(entry), places)}")
    for name, place in mapped:
        identity.append(f"{name} {_digest(_mapped_files(place), places)}")
    for project in projects:
        identity.append(f"project {_digest(_files(project), places)}")
    return {
        "executable": sys.executable,
        "version": sys.version.split()[0],
        "identity": " ".join(identity),
        "library": sorted(library),
        "packages": sorted({p for entry in path for p in _packages(entry)}),
    }


def _python(variables: Iterable[str]) -> Iterator[str]:
    yield str(sys.implementation.cache_tag)
    yield sys.platform
    if hasattr(os, "uname"):  # on Windows, the version names the machine
        yield os.uname().machine
    yield sys.version.replace("\n", " ")
    yield from (
        f"{name}={os.environ[name]}" for name in variables if name in os.environ
    )


# -- What is imported from -----------------------------------------------------------


def _import_path(standard: set[str]) -> list[str]:
    """What is on the path, without the standard library."""
    known = {os.path.join(folder, "lib-dynload") for folder in standard} | standard
    # On Windows the folder of the interpreter is on the path, too.
    known |= {sys.prefix, sys.base_prefix, os.path.join(sys.base_prefix, "DLLs")}
    entries = dict.fromkeys(sys.path)
    return [entry for entry in entries if entry not in known and os.path.exists(entry)]


def _mapped() -> Iterator[tuple[str, str]]:
    """Yield the packages, with their places, that finders of setuptools find."""
    for name, module in list(sys.modules.items()):
        if name.startswith("__editable__"):
            yield from getattr(module, "MAPPING", {}).items()
            for package, folders in getattr(module, "NAMESPACES", {}).items():
                yield from ((package, folder) for folder in folders)


def _above(place: str, name: str) -> str:
    """The folder from which a package is imported by its name."""
    for _ in name.split("."):
        place = os.path.dirname(place)
    return place


def _unmapped(folder: str, records: dict[str, _Rows]) -> Iterator[str]:
    """Yield the folder of each editable project whose modules may be anywhere in it.

    Of others, the path or a mapping shows the places.  Loaders such as those of
    meson-python and scikit-build-core have ways of their own to find modules.
    """
    for name, rows in records.items():
        if project := _editable(os.path.join(folder, name, "direct_url.json")):
            files = [path for path, _ in rows if path.endswith((".pth", ".start"))]
            text = b"\n".join(_read(os.path.join(folder, file)) for file in files)
            lines = [line for line in os.fsdecode(text).splitlines() if line.strip()]
            if not lines or not all(
                line.startswith("import __editable__")
                or os.path.isdir(os.path.join(folder, line.strip()))
                for line in lines
            ):
                yield project


def _editable(file: str) -> str:
    """The folder of the project, if its installation is an editable one (PEP 610)."""
    content = _read(file)
    if b'"editable"' not in content:  # nearly always
        return ""
    # Only here, because they take a quarter of the time.
    import json
    from urllib.parse import unquote

    try:
        about = json.loads(content)
        url = about["url"] if about["dir_info"]["editable"] else ""
    except (KeyError, TypeError, ValueError):
        return ""
    # file:///home/name/project, and file:///C:/project
    place = unquote(url.removeprefix("file://"))
    return os.path.normpath(place[1:] if os.name == "nt" else place)


# -- Installed packages --------------------------------------------------------------


def _records(folder: str) -> dict[str, _Rows]:
    """The files of each package in a folder of packages, and their hashes."""
    found = {}
    for entry in _entries(folder):
        if entry.name.endswith(".dist-info"):
            text = _read(os.path.join(entry.path, "RECORD")).decode("utf-8", "replace")
            lines = text.splitlines()
            rows = [line.rsplit(",", 2) for line in lines if line.count(",") > 1]
            found[entry.name] = [
                (path.strip('"'), known)
                for path, known, _size in rows
                if "__pycache__/" not in path
            ]
    return {name: rows for name, rows in found.items() if rows}


def _installed(
    folder: str, records: dict[str, _Rows], places: Iterable[str]
) -> Iterator[str]:
    """Yield each package in a folder of packages, with a digest of its contents."""
    for name, rows in records.items():
        hashes, read = [], []
        origin = {f"{name}/{file}" for file in _ORIGIN}
        for path, known in rows:
            if known and "/" in path and path[:1] not in "./" and path not in origin:
                hashes.append(path + known)  # nearly all of them
            elif path not in origin:
                place = os.path.join(folder, path)
                if not known or _names_places(path, place):
                    read.append((os.path.basename(path), place))
                elif not path.endswith(".exe"):  # a script, which has a path in it
                    hashes.append(path + known)
        total = hashlib.sha256("\n".join(sorted(hashes)).encode()).hexdigest()
        yield f"{name} {total[:16]} {_digest(sorted(read), places)}"
    claimed = [path for rows in records.values() for path, _ in rows]
    for entry in _unclaimed(folder, claimed):
        name = os.path.relpath(entry.path, folder)
        files = _files(entry.path, whole=True) if _is(entry.is_dir) else ()
        yield f"{name} {_digest(files or [(name, entry.path)], places)}"


def _packages(folder: str) -> Iterator[str]:
    """Yield what is installed in a folder, as ``name==version``."""
    for entry in _entries(folder):
        stem, suffix = os.path.splitext(entry.name)
        name, _, rest = stem.partition("-")
        if suffix in _METADATA and rest:
            yield f"{name}=={rest.partition('-')[0]}"


def contents(folder: str) -> str:
    """A digest of a folder from which a program imports.

    It counts whole.  In that of a project or an environment, which have more in them
    than modules, what can be imported counts, and all files of packages.
    """
    names = {entry.name for entry in _entries(folder)}
    files = _files if names & (_PROJECT | _NO_MODULES) else _all_files
    return _digest(files(folder), ())


def _names_places(path: str, place: str) -> bool:
    """Whether an installed file may contain paths of this machine, as scripts do."""
    if "/" in path:
        return _read(place, 2) == b"#!"
    return path.endswith((".pth", ".py"))


def _unclaimed(folder: str, claimed: Iterable[str]) -> "Iterator[os.DirEntry[str]]":
    """Yield what no record contains, in namespace packages as well.

    A link to a folder counts as such: its contents are elsewhere.
    """
    below: dict[str, list[str]] = {}
    for path in claimed:
        first, _, rest = path.partition("/")
        below.setdefault(first, []).append(rest)
    for entry in _entries(folder):
        inside = below.get(entry.name)
        if inside is None or (entry.is_symlink() and _is(entry.is_dir)):
            yield entry
        elif not {"__init__.py", "RECORD", ""} & set(inside):
            yield from _unclaimed(entry.path, inside)


# -- Files ---------------------------------------------------------------------------


def _mapped_files(place: str) -> Iterator[tuple[str, str]]:
    """Yield the files of a package, or of a module whose suffix is left out."""
    if os.path.isdir(place):
        yield from _files(place, is_package=True, loose=True)
    for suffix in ("", *all_suffixes()):
        if os.path.isfile(place + suffix):
            yield suffix, place + suffix


def _files(
    folder: str,
    *,
    whole: bool = False,
    is_package: bool = False,
    loose: bool = False,
    above: str = "",
    seen: dict[tuple[int, int], str] | None = None,
) -> Iterator[tuple[str, str]]:
    """Yield the files that programs can import from a folder, or read in a package.

    :param whole: whether all files count, and not only modules and packages.
    :param is_package: whether it may be a package, all of whose files count.
    :param loose: whether modules make it one, as in a namespace package.
    :param above: the name of the folder, with a slash.
    :param seen: the names of folders that have been visited: links may lead there.
    """
    seen = {} if seen is None else seen
    entries = _entries(folder)
    names = {entry.name for entry in entries}
    first = _first_name(folder, above, seen)
    yield from _link(folder, above, first)
    if first != above or (above and names & _NO_MODULES):
        return
    has_modules = any(name.endswith(tuple(all_suffixes())) for name in names)
    if is_package:
        whole |= loose and has_modules
        whole |= any(name.startswith("__init__.") for name in names)
    else:
        loose = not names & _PROJECT
    suffixes = ("",) if whole or (loose and has_modules) else _MODULES
    for entry in entries:
        name = f"{above}{entry.name}"
        if _is(entry.is_dir) and not entry.name.startswith("."):
            yield from _files(
                entry.path,
                whole=whole or entry.name.endswith(_METADATA),
                is_package=True,
                loose=loose,
                above=f"{name}/",
                seen=seen,
            )
        elif _is(entry.is_file) and name.endswith(suffixes):
            yield name, entry.path


def _all_files(
    folder: str, above: str = "", seen: dict[tuple[int, int], str] | None = None
) -> Iterator[tuple[str, str]]:
    """Yield all files in a folder, except those in hidden ones and Python's caches."""
    seen = {} if seen is None else seen
    first = _first_name(folder, above, seen)
    yield from _link(folder, above, first)
    for entry in _entries(folder, _CACHE) if first == above else ():
        name = f"{above}{entry.name}"
        if _is(entry.is_dir) and not entry.name.startswith("."):
            yield from _all_files(entry.path, f"{name}/", seen)
        elif _is(entry.is_file):
            yield name, entry.path


def _link(folder: str, name: str, first: str) -> Iterator[tuple[str, str]]:
    """Yield a link to a folder that counts already, or an archive in place of one.

    If the link leads to another folder, that is a change.

    :param first: the name by which the folder counts.
    """
    if not name.startswith(first):  # and not to one above, which would never end
        yield f"{name} is {first}", folder
    if os.path.isfile(folder):
        yield "", folder  # an archive


def _first_name(folder: str, name: str, seen: dict[tuple[int, int], str]) -> str:
    """The name by which a folder has been visited first: now, or before."""
    try:
        found = os.stat(folder)
    except OSError:
        return name
    return seen.setdefault((found.st_dev, found.st_ino), name)


def _entries(
    folder: str, skipped: Container[str] = _SKIPPED
) -> "list[os.DirEntry[str]]":
    """What is in a folder, sorted; nothing if it cannot be read."""
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []
    return [entry for entry in found if entry.name not in skipped]


def _is(kind: Callable[[], bool]) -> bool:
    try:
        return kind()
    except OSError:  # a link that leads to itself
        return False


def _digest(files: _Files, places: Iterable[str]) -> str:
    """A short digest of the names and the contents of files.

    Files that lie at the top may contain paths, as ``.pth`` files do.
    """
    total = hashlib.sha256()
    for name, path in files:
        content = _read(path)
        if "/" not in name:
            for place in sorted(places, key=len, reverse=True):
                content = content.replace(os.fsencode(place), b"<place>")
                doubled = place.replace("\\", "\\\\")
                content = content.replace(os.fsencode(doubled), b"<place>")
        total.update(b"%s %d " % (name.encode("utf-8", "replace"), len(content)))
        total.update(content)
    return total.hexdigest()[:16]


def _read(path: str, most: int = -1) -> bytes:
    """The bytes of a file; empty if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return file.read(most)
    except OSError:
        return b""


if __name__ == "__main__":
    gc.disable()  # nothing is garbage before the end
    os.read(0, 1)  # it may have been started before it is to look
    print(ascii(describe(sys.argv[1:])))
