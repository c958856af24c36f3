"""The architecture of the extension: which part may import which."""

import ast
import inspect
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from sphinx.builders import Builder

from conftest import REPOSITORY

EXT = REPOSITORY / "docs" / "_ext"
PACKAGE = EXT / "example_output"
# Run by another Python, or before the program, where nothing of ours is at hand.
ELSEWHERE = {"web", "startup"}
MODULES = {
    ".".join(path.relative_to(EXT).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
    if not ELSEWHERE & set(path.parts)
}


def imported(path: Path) -> set[str]:
    """The modules of the package that a module imports at its top level."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found |= {name if name in MODULES else node.module for name in names}
    return found & MODULES.keys()


def test_no_circular_imports() -> None:
    graph = {name: imported(path) for name, path in MODULES.items()}
    assert sum(map(len, graph.values())) > 100
    TopologicalSorter(graph).prepare()  # raises CycleError


@pytest.mark.parametrize("blocked", ["sphinx", "docutils"])
def test_only_pages_imports_sphinx(blocked: str) -> None:
    names = [name for name in MODULES if ".pages" not in name]
    assert "example_output.gate" in names
    code = (
        "import importlib, sys\n"
        f"sys.modules[{blocked!r}] = None\n"  # to import it is an error from now on
        f"sys.path.insert(0, {str(EXT)!r})\n"
        f"for name in {names}: importlib.import_module(name)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_package_has_few_top_level_modules() -> None:
    assert len(list(PACKAGE.glob("*.py"))) <= 15


def lines(node: ast.stmt) -> int:
    """The length of a function or a class, without its decorators."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


# Those that run elsewhere are read by people, too.
FILES = {path.relative_to(PACKAGE).as_posix(): path for path in PACKAGE.rglob("*.py")}


@pytest.mark.parametrize("path", FILES.values(), ids=FILES)
def test_modules_classes_and_functions_are_short(path: Path) -> None:
    text = path.read_text("utf-8")
    found = list(ast.walk(ast.parse(text)))
    assert text.count("\n") <= 420
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert [n.name for n in found if isinstance(n, functions) and lines(n) > 45] == []
    classes = [node for node in found if isinstance(node, ast.ClassDef)]
    assert [node.name for node in classes if lines(node) > 160] == []


def test_sphinx_still_has_the_method_that_is_replaced() -> None:
    # By pages.build.write_page_by_page(): builders write all pages through it.
    assert "docnames" in inspect.signature(Builder.write_documents).parameters
    assert "self.write_documents(" in inspect.getsource(Builder.write)
