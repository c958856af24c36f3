"""Three small projects, as authors have them: a library, a tool, and plots.

Each is installed into an environment of its own, which borrows everything else.
"""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from conftest import Project

BUILDERS = ["dirhtml", "singlehtml", "latex", "man", "text", "epub", "gettext"]
# In one process, which imports Sphinx once.
BUILD_ALL = """\
import sys

from sphinx.cmd.build import main

docs, *builders = sys.argv[1:]
for builder in builders:
    # Sphinx wants other doctrees for gettext.
    kept = "_build/doctrees" + ("-gettext" if builder == "gettext" else "")
    if main(["-W", "-b", builder, "-d", kept, docs, f"_build/{builder}"]):
        sys.exit(f"{builder} failed")
"""


@pytest.fixture
def installed(
    project: Callable[[str], Project], tmp_path: Path
) -> Callable[[str], tuple[Project, str]]:
    """Install a project as editable; return it, and the Python to use it with."""

    def install(name: str) -> tuple[Project, str]:
        root = project(name)
        python = environment(tmp_path / "environment")
        if (root / "pyproject.toml").is_file():
            words = ["pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
            uv(*words, "--python", python, "--editable", str(root.folder))
        return root, python

    return install


def environment(folder: Path) -> str:
    """Make an environment that borrows our packages; return its Python."""
    uv("venv", "--quiet", "--python", sys.executable, str(folder))
    place = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    python = str(folder / place)
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = subprocess.check_output([python, "-c", code], text=True).strip()
    ours = sysconfig.get_path("purelib")
    borrowed = f"import site; site.addsitedir({ours!r})\n"
    Path(packages, "borrowed.pth").write_text(borrowed, "utf-8")
    return python


def uv(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "uv", *words], check=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["library", "tool", "plots"])
def test_a_project_is_checked_and_built(
    name: str, installed: Callable[[str], tuple[Project, str]]
) -> None:
    root, python = installed(name)
    docs = "docs" if (root / "docs").is_dir() else "."
    checked = root.command([python, "-m", "example_output", "--check"])
    assert " checked, 0 failed, 0 skipped\n" in checked.plain
    tested = root.command([python, "-m", "pytest", "-q", "-p", "no:cacheprovider"])
    assert tested.status == 0, tested.out
    places = ["-d", "_build/doctrees", docs, "_build/html"]
    for words in (
        ["-m", "sphinx", "-W", "-b", "html", *places],
        ["-c", BUILD_ALL, docs, *BUILDERS],
    ):
        built = root.command([python, *words])
        assert built.status == 0, built.out
    page = BeautifulSoup(root.html(), "html.parser")
    for image in page.select(".example-made img"):
        assert (root / "_build/html" / str(image["src"])).is_file()
    shown = page.get_text()
    for recording in (root / docs).rglob("*.out"):
        last = recording.read_text("utf-8").splitlines()[-1]
        assert last.replace("[exit status: 1]", "Exit status: 1") in shown


@pytest.mark.slow
def test_a_change_of_what_is_installed_is_noticed(
    installed: Callable[[str], tuple[Project, str]],
) -> None:
    root, python = installed("tool")
    build = [python, "-m", "sphinx", "-b", "html", "docs", "_build/html"]
    assert "3 run, 0 unchanged, 0 drifted" in root.command(build).plain
    assert "0 run, 3 unchanged, 0 drifted" in root.command(build).plain
    root.replace("src/notes/__init__.py", "there is no line", "no line")
    assert "1 drifted" in root.command(build).plain
