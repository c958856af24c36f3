"""Our own words, and those of authors, in another language."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages import mofile, pofile
from sphinx.testing.util import SphinxTestApp

from conftest import REPOSITORY, Project

PACKAGE = REPOSITORY / "docs" / "_ext" / "example_output"
LOCALE = PACKAGE / "locale"
CATALOGUES = sorted(LOCALE.rglob("*.po"))


def words() -> Iterator[str]:
    """The texts in the code that are translated."""
    for path in (PACKAGE / "pages").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="_"), args=[ast.Constant(value=str(text)), *_]
                ):
                    yield text


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_is_complete_and_compiled(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = pofile.read_po(file)
    known = {str(m.id): str(m.string) for m in catalogue if m.id}
    assert known.keys() == set(words())
    for text, translated in known.items():
        assert sorted(re.findall(r"\{\w+\}", text)) == sorted(
            re.findall(r"\{\w+\}", translated)
        )
    # pybabel compile -d docs/_ext/example_output/locale -D example_output
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {str(m.id): str(m.string) for m in mofile.read_mo(file) if m.id}
    assert compiled == known


def test_pages_have_the_language_of_the_project(
    project: Callable[[str], Project], app: Callable[..., SphinxTestApp]
) -> None:
    root = project("basic")
    root.write("examples/quiet.py", "raise SystemExit(2)\n")
    root.write("examples/quiet.out", "$ python quiet.py\n[exit status: 2]\n")
    asked = ":::{what-if} What does it print?\nNothing at all.\n:::\n"
    root.write("third.md", f"# Third\n\n```{{example}} quiet.py\n```\n\n{asked}")
    built = app(root, confoverrides={"language": "de"})
    assert "[example_output" not in built.warning.getvalue()
    page = Path(built.outdir, "third.html").read_text("utf-8")
    for text in (">Herunterladen<", ">Keine Ausgabe.<", ">Exit-Status: 2<"):
        assert text in page
    assert "die Ausgabe von quiet.py" in page
    built = app(root, builder="gettext", freshenv=True)
    messages = Path(built.outdir, "third.pot").read_text("utf-8")
    assert 'msgid "What does it print?"' in messages
    assert 'msgid "Nothing at all."' in messages
    assert "No output." not in messages
