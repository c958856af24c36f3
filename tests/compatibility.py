"""The wheel with old and new versions of pytest and of Sphinx, and with Dask.

Not part of ``make test``, since it creates environments: ``make compatibility``.
"""

import os
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import REPOSITORY, Project

PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))
EXTRAS = PYPROJECT["project"]["optional-dependencies"]
DEPENDENCIES = PYPROJECT["project"]["dependencies"]
# The oldest of all that the wheel asks for, as ``sphinx==8.2``.
FLOORS = [name.replace(">=", "==") for name in DEPENDENCIES]

PYTESTS = ["7.4.*", "8.2.*", "9.*"]
# The last one is the newest that there is for this Python.
SPHINXES = ["sphinx==8.2.*", "sphinx==9.0.*", "sphinx==9.1.*", "sphinx"]
BUILDERS = ["html", "dirhtml", "latex", "text", "epub"]

Environment = Callable[..., str]


def run(*words: str, **variables: str) -> str:
    """Run a command in the repository that must succeed; return its output."""
    done = subprocess.run(
        words,
        cwd=REPOSITORY,
        env={**os.environ, "PYTEST_ADDOPTS": "", **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as it would be published."""
    folder = tmp_path_factory.mktemp("dist")
    words = ["uv", "build", "--quiet", "--wheel", "--no-build-isolation"]
    run(sys.executable, "-m", *words, "--out-dir", str(folder))
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Create an environment with the wheel and some packages; return its Python."""

    def make(*packages: str) -> str:
        folder = tmp_path_factory.mktemp("environment")
        uv = [sys.executable, "-m", "uv"]
        run(*uv, "venv", "--quiet", "--python", sys.executable, str(folder))
        place = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        python = str(folder / place)
        install = ["pip", "install", "--quiet", "--python", python, str(wheel)]
        run(*uv, *install, *packages)
        print(run(*uv, "pip", "list", "--quiet", "--python", python))
        return python

    return make


def test_distributions_are_what_an_index_wants(tmp_path: Path) -> None:
    addresses = {"REPOSITORY_URL": "https://example.org/x", "SITE_URL": ""}
    addresses["PROJECT_EMAIL"] = "docs@example.org"
    words = ["uv", "build", "--quiet", "--no-build-isolation", "--out-dir"]
    run(sys.executable, "-m", *words, str(tmp_path), **addresses)
    [wheel] = tmp_path.glob("*.whl")
    [source] = tmp_path.glob("*.tar.gz")
    with zipfile.ZipFile(wheel) as files:
        names = set(files.namelist())
    for name in ("README.md", "CHANGELOG.md", "py.typed"):
        assert f"example_output/{name}" in names
    for tool, *given in (
        ["twine", "check", "--strict", str(wheel), str(source)],
        ["check-wheel-contents", str(wheel)],
        ["pyroma", "--min", "10", str(source)],
    ):
        run(sys.executable, "-m", "uv", "tool", "run", "--quiet", tool, *given)


@pytest.mark.parametrize("version", PYTESTS)
def test_plugin_works_with_pytest(version: str, environment: Environment) -> None:
    python = environment(f"pytest=={version}", "pytest-xdist", "myst-parser")
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = run(
        sys.executable, *words, "tests/test_pytest_plugin.py", PYTHON_OF_PROJECTS=python
    )
    assert "skipped" not in done, done


@pytest.mark.parametrize("sphinx", SPHINXES)
def test_every_builder_works_with_sphinx(
    sphinx: str,
    environment: Environment,
    project: Callable[[str], Project],
) -> None:
    if sphinx == "sphinx==9.1.*" and sys.version_info < (3, 12):
        pytest.skip("Sphinx 9.1 needs Python 3.12")
    python = environment(sphinx, "myst-parser", "pytest")
    check_everything(python, project("everything"))


@pytest.mark.parametrize(
    ("package", "builder"),
    [("sphinxcontrib-restbuilder", "rst"), ("sphinx-markdown-builder", "markdown")],
)
def test_builders_of_others_write_every_feature(
    package: str,
    builder: str,
    environment: Environment,
    project: Callable[[str], Project],
) -> None:
    python = environment(package, "myst-parser")
    everything = project("everything")
    module = package.replace("sphinxcontrib-", "sphinxcontrib.").replace("-", "_")
    conf = everything.read("conf.py")
    everything.write("conf.py", f'{conf}extensions.append("{module}")\n')
    places = ["-d", "_build/doctrees", ".", f"_build/{builder}"]
    done = everything.command([python, "-m", "sphinx", "-b", builder, *places])
    assert done.status == 0, done.out
    assert "timeline_picture" not in done.out
    assert (everything / f"_build/{builder}").is_dir()


@pytest.mark.parametrize("sphinx", [*SPHINXES[:2], SPHINXES[-1]])
@pytest.mark.parametrize("name", ["library", "tool", "plots"])
def test_small_projects_work_with_sphinx(
    sphinx: str,
    name: str,
    environment: Environment,
    project: Callable[[str], Project],
) -> None:
    root = project(name)
    python = environment(sphinx, "myst-parser", "pytest", "pillow")
    if (root / "pyproject.toml").is_file():
        words = ["uv", "pip", "install", "--quiet", "--python", python, "--editable"]
        run(sys.executable, "-m", *words, str(root.folder))
    docs = "docs" if (root / "docs").is_dir() else "."
    for builder in BUILDERS:
        places = ["-d", "_build/doctrees", docs, f"_build/{builder}"]
        done = root.command([python, "-m", "sphinx", "-W", "-b", builder, *places])
        assert done.status == 0, done.out
    done = root.command([python, "-m", "pytest", "-q", "-p", "no:cacheprovider"])
    assert done.status == 0, done.out


def test_oldest_supported_packages_work(
    environment: Environment, project: Callable[[str], Project]
) -> None:
    python = environment(*FLOORS, "pytest==7.4", "myst-parser")
    everything = project("everything")
    check_everything(python, everything)
    # A Python that is searched for: findpython; a run that is stopped: psutil.
    everything.write("examples/fails.py", "while True: pass\n")
    wanted = ["--example-python", f"3.{sys.version_info.minor}"]
    words = ["-m", "pytest", "-p", "no:cacheprovider", *wanted]
    done = everything.command([python, *words])
    assert "1 failed, 1 passed" in done.plain
    assert "stopped after 10 s" in done.plain


def test_examples_run_on_a_cluster(environment: Environment) -> None:
    python = environment(*EXTRAS["cluster"], "pytest", "myst-parser")
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/cluster.py"]
    run(sys.executable, *words, PYTHON_OF_PROJECTS=python)


def check_everything(python: str, project: Project) -> None:
    """Build a project that uses every feature, and check its examples."""
    for builder in BUILDERS:
        places = ["-d", "_build/doctrees", ".", f"_build/{builder}"]
        words = ["-m", "sphinx", "-n", "-W", "-b", builder, *places]
        done = project.command([python, *words])
        assert done.status == 0, done.plain
    done = project.command([python, "-m", "pytest", "-p", "no:cacheprovider"])
    assert done.status == 0, done.plain
    assert "2 passed" in done.plain
