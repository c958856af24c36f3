"""The architecture of the extension: which part may import which."""

import ast
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from sphinx.builders import Builder

from conftest import DOCS, REPOSITORY
from test_promises import BREAKS, sources

EXT = REPOSITORY / "docs" / "_ext"
PACKAGE = EXT / "example_output"
STATIC = DOCS / "_static"
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


def long_parts(text: str) -> Iterator[str]:
    """What is too long in a module of Python."""
    if text.count("\n") > 420:
        yield "the module"
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (*functions, ast.ClassDef)):
            limit = 45 if isinstance(node, functions) else 160
            if lines(node) > limit:
                yield node.name


def test_modules_classes_and_functions_are_short() -> None:
    long = {n: [*long_parts(p.read_text("utf-8"))] for n, p in FILES.items()}
    assert {name: parts for name, parts in long.items() if parts} == {}


def test_long_parts_are_noticed() -> None:
    text = "class C:\n" + "    y = 1\n" * 160 + "def f():\n" + "    x()\n" * 45
    text += "\n" * 220
    assert [*long_parts(text)] == ["the module", "C", "f"]


# Those of pages, and what the editor is bundled from; one is a library.
SCRIPTS = {
    path.relative_to(DOCS).as_posix().removeprefix("_ext/example_output/"): path
    for folder in (PACKAGE / "static", PACKAGE / "playground/web/editor", STATIC)
    for path in sorted(folder.rglob("*.js"))
    if path.name != "minisearch.js"
}
# A line that opens the body of a function, and no other block.
OPENS = re.compile(r"( *)(?!.*\b(?:if|for|while|switch|catch) \().*(?:=>|\)) \{$")
NAMED = re.compile(r" *(?:export )?(?:async )?(?:const |function )?(\w+)")


def functions_of(script: str) -> Iterator[tuple[str, int]]:
    """The name of each function of a script, and its lines.

    As the scripts are formatted, the body of a function ends with the first line that
    is indented no more than the one that opens it, and begins with a brace.  The
    function that a whole script is wrapped in is none.
    """
    rows = script.splitlines()
    outer = [row for row in rows if row and not row.startswith((" ", "//", '"use'))]
    wraps = outer[0] if len(outer) == 2 else "(() => {"
    for start, row in enumerate(rows):
        if not (opens := OPENS.match(row)) or row == wraps:
            continue
        end = re.compile(rf" {{0,{len(opens[1])}}}\}}")
        length = next(
            n for n, line in enumerate(rows[start + 1 :], 2) if end.match(line)
        )
        named = NAMED.match(row)
        yield named[1] if named else row.strip(), length


def test_functions_of_scripts_are_counted() -> None:
    script = (
        "(() => {\n"
        "  const makeBox = ({ name }) => {\n"
        "    if (name) {\n"
        "    }\n"
        "    return {\n"
        "      open: () => {\n"
        "      },\n"
        "    };\n"
        "  };\n"
        '  box.addEventListener("click", async (event) => {\n'
        "  });\n"
        "})();\n"
        "export function edit({ parent }) {\n"
        "}\n"
    )
    found = [("makeBox", 8), ("open", 2), ("box", 2), ("edit", 2)]
    assert list(functions_of(script)) == found
    script = "// A\nglobalThis.make = (a) => {\n  const b = () => {\n  };\n};\n"
    assert list(functions_of(script)) == [("b", 2)]


def long_parts_of_script(text: str) -> Iterator[str]:
    """What is too long in a script of a page."""
    if text.count("\n") > 420:
        yield "the script"
    # What makes an object is a class in all but name: its methods count for themselves.
    limits = {True: 160, False: 45}
    for name, length in functions_of(text):
        if length > limits[name.startswith("make")]:
            yield name


def test_functions_of_scripts_are_short() -> None:
    long = {
        n: [*long_parts_of_script(p.read_text("utf-8"))] for n, p in SCRIPTS.items()
    }
    assert {name: parts for name, parts in long.items() if parts} == {}


def test_sphinx_still_has_the_method_that_is_replaced() -> None:
    # By pages.build.write_page_by_page(): builders write all pages through it.
    assert "docnames" in inspect.signature(Builder.write_documents).parameters
    assert "self.write_documents(" in inspect.getsource(Builder.write)


def test_each_promise_is_broken_in_one_place_and_has_a_test() -> None:
    """Whether the test notices, the slow tests say."""
    texts = [path.read_text("utf-8") for path in sources(REPOSITORY)]
    for promise, broken in BREAKS.items():
        assert sum(text.count(broken.old) for text in texts) == 1, promise
        file, _, name = broken.test.partition("::")
        test = f"def {name.partition('[')[0]}("
        assert test in (REPOSITORY / "tests" / file).read_text("utf-8"), promise
