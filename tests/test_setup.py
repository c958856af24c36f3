"""The set-up: the lock file, make, CI, and the layout of the repository."""

import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY, command
from example_output import __version__

LOCK = (REPOSITORY / "requirements.lock").read_text("utf-8")
MAKEFILE = (REPOSITORY / "Makefile").read_text("utf-8")
PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def tracked() -> list[str]:
    """The files that git knows of."""
    done = command(["git", "ls-files"], REPOSITORY)
    if done.status != 0:
        pytest.fail(f"git ls-files failed: {done.out}")
    return done.out.splitlines()


# -- The lock file -------------------------------------------------------------------


def test_the_lock_file_names_no_host() -> None:
    assert not re.search(r"://|index-url|find-links|trusted-host", LOCK)


def test_every_locked_package_has_hashes() -> None:
    packages = re.findall(r"(?m)^([a-z0-9-]+)==\S+(.*(?:\n    --hash.*)+)?", LOCK)
    assert len(packages) > 40
    assert [name for name, hashes in packages if "--hash=sha256:" not in hashes] == []


def test_locked_sphinx_supports_the_oldest_python() -> None:
    assert re.search(r"(?m)^sphinx==9\.0\.", LOCK)


def test_all_dependencies_are_locked() -> None:
    groups = PROJECT["dependency-groups"].values()
    wanted = [name for group in groups for name in group if isinstance(name, str)]
    wanted += PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
    names = {re.split(r"[<>=~!;]", name)[0] for name in wanted}
    matrix = (REPOSITORY / ".ci" / "matrix.lock").read_text("utf-8")
    locked = set(re.findall(r"(?m)^([a-z0-9-]+)==", LOCK + matrix))
    assert names - locked == set()


# -- make ----------------------------------------------------------------------------


def test_help_lists_every_target() -> None:
    done = command(["make", "help"], REPOSITORY)
    listed = set(re.findall(r"(?m)^make (\S+) +\S", done.out))
    phony = re.search(r"(?m)^\.PHONY: (.*)$", MAKEFILE)
    assert phony is not None
    internal = {"environment", "playground", "node", "axes"}
    internal |= {"test-matrix", "test-rest"}
    assert listed == set(phony[1].split()) - internal
    assert {"html", "live", "serve", "test", "check", "record", "clean"} <= listed


def test_make_commands_on_pages_exist() -> None:
    pages = [REPOSITORY / "README.md", *(REPOSITORY / "docs").rglob("*.md")]
    text = "\n".join(page.read_text("utf-8") for page in pages)
    named = set(re.findall(r"\bmake (?:PYTHON=\S+ )?([a-z-]+)\b", text))
    assert {"html", "test", "record"} <= named
    targets = set(re.findall(r"(?m)^([a-z-]+):", MAKEFILE))
    assert {
        n for n in named if f"`make {n}" in text or f"\nmake {n}" in text
    } <= targets


def test_missing_python_is_reported_with_the_cure() -> None:
    done = command(["make", "PYTHON=no-such-python", "html"], REPOSITORY)
    assert done.status != 0
    assert "There is no no-such-python. Install Python 3.11 or later" in done.out


@pytest.mark.parametrize(
    ("target", "steps"),
    [
        ("test", ["install_browser.py --fonts\n", "-m pytest "]),
        ("test-all", ["others node\n", "install_browser.py --fonts\n", "-m pytest "]),
        ("test-rest", ["others node\n", "install_browser.py --fonts\n", "-m pytest "]),
    ],
)
def test_requirements_are_installed_before_the_tests(
    target: str, steps: list[str]
) -> None:
    recipe = MAKEFILE.partition(f"\n{target}:")[2].partition("\n\n")[0]
    places = [recipe.index(step) for step in steps]
    assert places == sorted(places)


def environment(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the script that creates environments, in a stand-in for this repository."""
    script = [sys.executable, "-I", ".ci/environment.py", *words]
    return subprocess.run(script, cwd=folder, capture_output=True, text=True)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project that locks nothing and is installed quickly."""
    folder = tmp_path / "a reader's folder"
    (folder / ".ci").mkdir(parents=True)
    shutil.copy(REPOSITORY / ".ci" / "environment.py", folder / ".ci")
    (folder / "requirements.lock").write_text("")
    (folder / "pyproject.toml").write_text(
        '[project]\nname = "nothing"\nversion = "1"\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\n'
        'backend-path = ["."]\n'
    )
    (folder / "backend.py").write_text(BACKEND)
    return folder


# A build backend that needs no package: an editable wheel with nothing in it.
BACKEND = """\
import zipfile


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "nothing-1-py3-none-any.whl"
    info = "nothing-1.dist-info"
    with zipfile.ZipFile(f"{wheel_directory}/{name}", "w") as wheel:
        text = "Metadata-Version: 2.1\\nName: nothing\\nVersion: 1\\n"
        wheel.writestr(f"{info}/METADATA", text)
        text = "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
        wheel.writestr(f"{info}/WHEEL", text)
        wheel.writestr(f"{info}/RECORD", "")
    return name
"""


@pytest.mark.slow
def test_environment_is_made_again_only_if_it_has_to_be(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")  # no index is asked, and so none waited for
    lock = checkout / "requirements.lock"
    first = environment(checkout, ".venv")
    assert first.returncode == 0, first.stderr
    assert "Installing" in first.stdout
    again = environment(checkout, ".venv")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    # A changed lock file; what it names cannot be installed.
    lock.write_text("no-such-package==1 --hash=sha256:0\n")
    failed = environment(checkout, ".venv")
    assert failed.returncode == 1
    assert "Installing" in failed.stdout
    assert "Failed: " in failed.stderr
    assert environment(checkout, ".venv").returncode == 1  # not taken for complete
    lock.write_text("# changed\n")
    fixed = environment(checkout, ".venv")
    assert fixed.returncode == 0
    assert "Installing" in fixed.stdout
    moved = checkout.rename(checkout.with_name("elsewhere"))
    there = environment(moved, ".venv")
    assert there.returncode == 0
    assert "Installing" in there.stdout


def test_uv_is_installed_first_as_the_lock_file_has_it() -> None:
    lines = script_of_environment()["of_uv"](LOCK)
    assert re.fullmatch(r"uv==\S+ \\\n(    --hash=sha256:\w{64}( \\)?\n)+", lines)
    assert script_of_environment()["of_uv"]("ruff==1 \\\n    --hash=sha256:0\n") == ""


@pytest.mark.parametrize(("status", "tools"), [(0, ["uv"]), (2, ["uv", "pip"])])
def test_pip_installs_what_uv_cannot(
    monkeypatch: pytest.MonkeyPatch, status: int, tools: list[str]
) -> None:
    called: list[str] = []

    def call(words: list[str], **_: object) -> int:
        called.append(words[words.index("-m") + 1])
        assert words[-2:] == ["-r", "lock"]
        return status if called[-1] == "uv" else 0

    monkeypatch.setattr(subprocess, "call", call)
    script_of_environment()["install"](".venv", ["-r", "lock"])
    assert called == tools


def script_of_environment() -> dict[str, Any]:
    """What the script that creates environments defines."""
    return runpy.run_path(str(REPOSITORY / ".ci" / "environment.py"))


@pytest.mark.slow
def test_environment_variables_do_not_affect_the_install(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PIP_TARGET", str(tmp_path / "astray"))
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert environment(checkout, ".venv").returncode == 0
    assert not (tmp_path / "astray").exists()


# -- CI ------------------------------------------------------------------------------


def test_ci_runs_the_readmes_test_command_and_the_rest() -> None:
    run = REPOSITORY / ".ci" / "run"
    assert os.access(run, os.X_OK)
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    assert "\nmake test\n" in readme
    made = re.findall(r"(?m)^make (.*)$", run.read_text("utf-8"))
    assert made == ["check", "others", "test", "test-matrix", "test-rest"]
    workflow = (REPOSITORY / ".github" / "workflows" / "docs.yml").read_text("utf-8")
    assert set(re.findall(r"run: make (.*)", workflow)) == {
        *made,
        "html",
        "matrix",  # of which test-matrix is a part
        "compatibility",
    } - {"others", "test-matrix"}  # no test of it takes the site of another run
    assert '["3.11", "3.12", "3.13", "3.14"]' in workflow


# -- README and changelog ------------------------------------------------------------


def test_readme_shows_an_example_and_its_recording() -> None:
    readme = (REPOSITORY / "README.md").read_text("utf-8")
    example = REPOSITORY / "examples" / "tutorial" / "create_task.py"
    recording = example.with_suffix(".out").read_text("utf-8")
    assert f"\n```python\n{example.read_text('utf-8')}```\n" in readme
    assert f"\n```console\n{recording}```\n" in readme


def test_changelog_begins_with_the_version_of_the_package() -> None:
    changelog = (REPOSITORY / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"(?m)^## (\d\S*) - \d{4}-\d\d-\d\d$", changelog)
    assert versions[0] == __version__


# -- What lies where -----------------------------------------------------------------


def test_top_level_has_only_known_files() -> None:
    top = {name.split("/")[0] for name in tracked()}
    assert {name for name in top if not name.startswith(".")} == {
        "CHANGELOG.md",
        "LICENSE",
        "LICENSE-docs",
        "Makefile",
        "README.md",
        "conf.py",
        "docs",
        "examples",
        "pyproject.toml",
        "requirements.lock",
        "tests",
    }


def test_project_contains_no_local_paths() -> None:
    home = re.compile(rf"{re.escape(str(Path.home()))}/|{re.escape(str(REPOSITORY))}")
    for name in tracked():
        path = REPOSITORY / name
        if path.suffix not in {".mo", ".png", ".webp"} and path.is_file():
            assert not home.search(path.read_text("utf-8")), name
