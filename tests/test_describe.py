"""What an interpreter says of itself: every way in which packages get on its path."""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

from conftest import slow_but
from example_output.running.describe import contents
from example_output.running.interpreter import (
    Description,
    Interpreter,
    ask_interpreter,
)
from example_output.running.job import Job
from example_output.running.runs import Runs

COMPILED = f"compiled{EXTENSION_SUFFIXES[0]}"
MODULE = "def fail():\n    raise ValueError(__name__)\n"

# A loader as those of meson-python and scikit-build-core: it finds modules in its own
# way, and only direct_url.json shows where the project is.
LOADER = """\
import importlib.util, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {name!r}:
            place = {place!r}
            return importlib.util.spec_from_file_location(
                name, place + "/__init__.py", submodule_search_locations=[place]
            )

sys.meta_path.insert(0, Finder())
"""
FINDER = """\
import importlib.util, sys

MAPPING: dict[str, str] = {mapping!r}
NAMESPACES: dict[str, list[str]] = {namespaces!r}

class Finder:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if place := MAPPING.get(name):
            return importlib.util.spec_from_file_location(name, place + "/__init__.py")

def install():
    sys.meta_path.append(Finder)
"""


@dataclass
class World:
    """A Python with packages that are installed in all ways, and their projects."""

    root: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        folder = "Scripts" if os.name == "nt" else "bin"
        return str(self.root / "venv" / folder / "python")

    @property
    def site(self) -> Path:
        """Its folder of packages."""
        [site] = (self.root / "venv").rglob("site-packages")
        return site

    def ask(self) -> Interpreter:
        """Have it describe itself."""
        return ask_interpreter(self.python)

    def write(self, name: str, text: str) -> Path:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def install(
        self, name: str, files: dict[str, str], editable: str = "", site: str = ""
    ) -> None:
        """Install a wheel, as pip does; its files are named from its folder."""
        folder = self.root / site if site else self.site
        about = f"{name}-1.dist-info"
        contents = {**files, f"{about}/METADATA": f"Name: {name}\nVersion: 1\n"}
        if editable:
            url = (self.root / editable).as_uri()
            origin = json.dumps({"url": url, "dir_info": {"editable": True}})
            contents[f"{about}/direct_url.json"] = origin
        rows = [f"{about}/RECORD,,", "pkg/__pycache__/x.pyc,,"]
        for file, text in contents.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            found = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
            rows.append(f"{file},sha256={found.decode().rstrip('=')},{len(text)}")
        (folder / about / "RECORD").write_text("\n".join(rows) + "\n")


def make(root: Path) -> World:
    """Make one."""
    world = World(root)
    venv.create(root / "venv", symlinks=os.name != "nt")
    place = root.as_posix()

    # A wheel, with a script; and what no record contains.
    script = os.path.relpath(Path(world.python).with_name("tool"), world.site)
    run = f"#!{world.python}\nprint(1)\n"
    world.install("wheel", {"wheelpkg/__init__.py": MODULE, script: run, "one.py": ""})
    world.install("part", {"space/part/__init__.py": MODULE})
    site = world.site.relative_to(root).as_posix()
    world.write(f"{site}/space/loose/data.txt", "")
    world.write(f"{site}/eggpkg/sub/data.txt", "")
    world.write(f"{site}/eggpkg-1.egg-info/PKG-INFO", "")
    world.write(f"{site}/loose.py", "")
    world.write(f"{site}/{COMPILED}", "")
    world.write(f"{site}/debian-1.dist-info/METADATA", "")
    world.write(f"{site}/debian/__init__.py", "")
    world.write(f"{site}/hook.pth", "import os\n")
    world.write("links/linked/__init__.py", "")
    if os.name != "nt":
        (world.site / "linked").symlink_to(root / "links/linked")
    world.write(f"{site}/linked-1.dist-info/RECORD", "linked/__init__.py,sha256=1,0\n")

    # A folder on the path, as setuptools, hatchling and poetry do it.
    world.write("path/src/pathpkg/__init__.py", MODULE)
    world.write("path/src/pathpkg/data/words.txt", "")
    world.write(f"path/src/{COMPILED}", "")
    world.write("path/src/space/more/__init__.py", "")
    world.write("path/src/single.py", "")
    world.write("path/src/single.txt", "")
    world.write("path/src/spread/inner.py", "")
    world.write("path/src/spread/words/data.txt", "")
    world.install("pathpkg", {"__editable__.path.pth": f"{place}/path/src\n"}, "path")

    # A finder of setuptools.
    world.write("mapped/mappedpkg/__init__.py", MODULE)
    world.write("mapped/mappedpkg/data.txt", "")
    world.write("mapped/onefile.py", "")
    world.write("mapped/names/inner.py", "")
    world.write("mapped/setup.py", "")
    finder = FINDER.format(
        mapping={
            "mappedpkg": f"{place}/mapped/mappedpkg",
            "onefile": f"{place}/mapped/onefile",
        },
        namespaces={"names": [f"{place}/mapped/names"]},
    )
    name = "__editable___mapped_1_finder"
    line = f"import {name}; {name}.install()\n"
    files = {f"{name}.py": finder, "__editable__.mapped-1.pth": line}
    world.install("mapped", files, "mapped")

    # A loader of another kind.
    world.write("meson/src/mesonpkg/__init__.py", MODULE)
    world.write("meson/src/mesonpkg/data.txt", "")
    world.write("meson/native/fast.c", "")
    world.write("meson/meson.build", "")
    loader = LOADER.format(name="mesonpkg", place=f"{place}/meson/src/mesonpkg")
    files = {"_meson_loader.py": loader, "meson.pth": "import _meson_loader\n"}
    world.install("meson", files, "meson")

    # setup.py develop, an egg, and a folder that is borrowed, as by uv run --with.
    world.write("old/oldpkg/__init__.py", MODULE)
    world.write("old/oldpkg/data.txt", "")
    world.write("old/old.egg-info/entry_points.txt", "")
    world.write(f"{site}/old.egg-link", f"{place}/old\n.")
    with zipfile.ZipFile(root / "zipped.egg", "w") as egg:
        egg.writestr(zipfile.ZipInfo("zipped.py"), "")
    world.write(f"{site}/easy-install.pth", f"{place}/old\n{place}/zipped.egg\n")
    world.write("lent/lent.txt", "")
    world.install("lent", {"lentpkg/__init__.py": MODULE}, site="lent")
    lend = f"import site; site.addsitedir({place + '/lent'!r})\n"
    world.write(f"{site}/_overlay.pth", lend)
    return world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The one that all tests change and put back."""
    return make(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def before(world: World) -> Interpreter:
    """Its description, unchanged."""
    return world.ask()


SITE = "SITE/"
QUICK = (
    f"{SITE}hook.pth",
    f"{SITE}eggpkg/sub/data.txt",
    f"{SITE}wheel-1.dist-info/RECORD",
    f"path/src/{COMPILED}",
    "path/src/pathpkg/data/words.txt",
    "mapped/mappedpkg/data.txt",
    "meson/native/fast.c",
    "meson/src/mesonpkg/data.txt",
    "old/oldpkg/data.txt",
    "lent/lent-1.dist-info/RECORD",
)
EVERY = (
    *QUICK,
    f"{SITE}space/loose/data.txt",
    f"{SITE}eggpkg-1.egg-info/PKG-INFO",
    f"{SITE}loose.py",
    f"{SITE}{COMPILED}",
    f"{SITE}debian-1.dist-info/METADATA",
    f"{SITE}debian/__init__.py",
    f"{SITE}_meson_loader.py",
    "links/linked/__init__.py",
    "path/src/pathpkg/__init__.py",
    "path/src/space/more/__init__.py",
    "path/src/single.py",
    "path/src/single.txt",
    "path/src/spread/words/data.txt",
    "mapped/mappedpkg/__init__.py",
    "mapped/onefile.py",
    "mapped/names/inner.py",
    "meson/src/mesonpkg/__init__.py",
    "meson/meson.build",
    "old/oldpkg/__init__.py",
    "old/old.egg-info/entry_points.txt",
    "zipped.egg",
    "lent/lent.txt",
)


@pytest.mark.parametrize("name", slow_but(*QUICK, of=EVERY))
def test_changed_file_of_a_package_changes_the_key(
    world: World, before: Interpreter, name: str
) -> None:
    site = f"{world.site.relative_to(world.root).as_posix()}/"
    path = world.root / name.replace(SITE, site)
    old = path.read_bytes()
    row = b"x.py,sha256=abc,1\n" if path.name == "RECORD" else b"\n\n"
    path.write_bytes(old + row)
    try:
        assert world.ask().identity != before.identity
    finally:
        path.write_bytes(old)


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("beside.txt", True),
        ("spread/data.txt", True),
        ("spread/below/data.txt", True),
        ("notes/x.txt", True),
        ("old.pyc", True),
        ("old/SOURCES.txt", True),
        ("notes/node_modules/x.js", True),
        ("html/.buildinfo", True),
        ("html/x.txt", True),
        ("__pycache__/one.pyc", False),
        ("environment/one.py", True),
        ("project/README.md", False),
        ("project/docs/index.md", False),
    ],
)
def test_all_of_a_folder_counts_but_not_what_else_a_project_has(
    tmp_path: Path, name: str, counts: bool
) -> None:
    modules = (
        "one.py",
        "spread/two.py",
        "project/pyproject.toml",
        "project/docs/conf.py",
        "environment/pyvenv.cfg",
    )
    for file in (*modules, name):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("1", "utf-8")
    first = name.partition("/")[0]
    folder = tmp_path / (first if first in {"project", "environment"} else ".")
    before = contents(str(folder))
    (tmp_path / name).write_text("2", "utf-8")
    assert (contents(str(folder)) != before) is counts


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
@pytest.mark.parametrize("link", ["current", "stable"])
def test_a_link_that_leads_elsewhere_is_a_change(tmp_path: Path, link: str) -> None:
    for name in ("release_1", "release_2"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text(f"VALUE = {name!r}\n", "utf-8")
    (tmp_path / "release_1/loop").symlink_to("..")
    found = []
    for name in ("release_1", "release_2", "release_1"):
        (tmp_path / link).unlink(missing_ok=True)
        (tmp_path / link).symlink_to(name)
        found.append(contents(str(tmp_path)))
    assert found[0] == found[2] != found[1]


@pytest.mark.parametrize("name", ["path/src/single.py", "path/src/pathpkg/data"])
def test_renamed_file_changes_the_key(
    world: World, before: Interpreter, name: str
) -> None:
    path = world.root / name
    other = path.rename(path.with_name("renamed.py"))
    try:
        assert world.ask().identity != before.identity
    finally:
        other.rename(path)


@pytest.fixture
def clutter(world: World) -> Iterator[None]:
    """What tools leave in a project, and no program imports."""
    names = [
        f"{parent}{folder}"
        for parent in ("path/src/", "path/src/pathpkg/", "meson/")
        for folder in (
            "__pycache__/x.pyc",
            ".mypy_cache/x.py",
            "env/x.py",
            "env/pyvenv.cfg",
            "node_modules/x.py",
            "html/_downloads/x.py",
            "html/.buildinfo",
        )
    ]
    names += ["path/src/notes/x.txt", "meson/README.md"]
    names += ["meson/_build/doctrees/environment.pickle", "mapped/docs/conf.py"]
    names += ["path/docs/conf.py", "path/src/pathpkg.egg-info/SOURCES.txt"]
    paths = [world.write(name, "new\n") for name in names]
    if os.name != "nt":
        for number, target in enumerate((".", "..", "loop2")):
            paths.append(world.root / f"path/src/pathpkg/data/loop{number}")
            paths[-1].symlink_to(target)
        os.mkfifo(paths[-1].with_name("pipe"))
        paths.append(paths[-1].with_name("pipe"))
    yield
    for path in paths:
        path.unlink()
        if path.parent.name != "data" and not list(path.parent.iterdir()):
            path.parent.rmdir()


@pytest.mark.usefixtures("clutter")
def test_what_programs_cannot_import_is_no_part_of_the_key(
    world: World, before: Interpreter
) -> None:
    for path in world.root.rglob("*.py"):
        os.utime(path, (1, 1))
    assert world.ask() == before


def test_moved_environment_has_the_same_key(
    before: Interpreter, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = make(tmp_path_factory.mktemp("a_world_with_a_longer_name"))
    assert other.ask().identity == before.identity


def test_inherited_variables_are_part_of_the_key(
    world: World, before: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DYLD_LIBRARY_PATH", "/lib")
    monkeypatch.setenv("SECRET", "x")
    changed = world.ask().identity
    assert changed != before.identity
    assert "SECRET" not in changed


def test_path_of_the_present_process_is_no_part_of_the_key(
    world: World, before: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(world.root / "links")
    monkeypatch.setenv("PYTHONPATH", str(world.root / "links"))
    assert world.ask() == before


# -- Frames and paths ----------------------------------------------------------------

USE = """\
import importlib, traceback

for name in ("wheelpkg", "pathpkg", "mappedpkg", "mesonpkg", "oldpkg", "lentpkg"):
    module = importlib.import_module(name)
    print(module.__file__)
    try:
        module.fail()
    except ValueError:
        traceback.print_exc()
"""


def test_editable_and_borrowed_packages_are_shown_as_the_librarys(
    world: World, before: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = world.write("examples/use.py", USE)
    # Programs run below a folder of the library.
    tmp = world.root / "path" / "src" / "tmp"
    tmp.mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp))
    job = Job(
        key="use",
        files=(str(program),),
        root=str(program.parent),
        executable=before.executable,
        library=before.library,
        timeout=20,
        limit=100_000,
    )
    with Runs([job], at_once=1) as runs:
        output = runs.result("use").output
    shutil.rmtree(tmp)
    expected = [
        f"<library>/{name}/__init__.py\n"
        "Traceback (most recent call last):\n"
        '  File "use.py", line 7, in <module>\n'
        "    module.fail()\n"
        "  ...\n"
        f"ValueError: {name}\n"
        for name in ("wheel", "path", "mapped", "meson", "old", "lent")
    ]
    assert output.replace("pkg", "") == "".join(expected)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such links")
def test_description_survives_what_a_startup_file_prints(world: World) -> None:
    site = world.site / "sitecustomize.py"
    site.write_text("print('hello')\n")
    try:
        assert world.ask().version
    finally:
        site.unlink()


def test_description_that_waits_sees_what_was_installed_meanwhile(
    world: World, before: Interpreter
) -> None:
    description = Description(before.executable, waits=True)
    assert world.ask().identity == before.identity  # takes as long as it would take
    path = world.site / "new.pth"
    path.write_text(str(world.root))
    try:
        description.begin()
        assert description.interpreter.identity != before.identity
    finally:
        path.unlink()


def test_description_that_waits_need_not_be_asked() -> None:
    description = Description(waits=True)
    description.close()
    with pytest.raises(subprocess.CalledProcessError):
        _ = description.interpreter
