"""Our own words, and those of authors, in another language."""

import ast
import json
import re
import string
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from babel.messages import Catalog, mofile, pofile
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from conftest import REPOSITORY, Project
from example_output.startup.watch import _UNFIT
from test_exercise import files_of
from test_reproduced import MINOR, write

PACKAGE = REPOSITORY / "docs" / "_ext" / "example_output"
LOCALE = PACKAGE / "locale"
CATALOGUES = sorted(LOCALE.rglob("*.po"))


Key = str | tuple[str, ...]
"""A text, or the two of ``ngettext``."""

_TEXT = r'"((?:[^"\\]|\\.)*)"'
_IN_SCRIPTS = re.compile(rf"(?<!\w)_\(\s*{_TEXT}")
_COUNTED_IN_SCRIPTS = re.compile(rf"ngettext\(\s*{_TEXT},\s*{_TEXT}")


def words_of_modules() -> Iterator[Key]:
    """The texts that Python translates: on pages, of timelines, why there is none."""
    for folder in ("pages", "timeline"):
        for path in (PACKAGE / folder).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Name(id="_" | "marked"),
                        args=[ast.Constant(value=str(text)), *_],
                    ):
                        yield text
                    case ast.Call(
                        func=ast.Name(id="ngettext"),
                        args=[
                            ast.Constant(value=str(one)),
                            ast.Constant(value=str(more)),
                            *_,
                        ],
                    ):
                        yield one, more
    yield from _UNFIT.values()


def words_of_scripts() -> Iterator[Key]:
    """The texts that scripts translate."""
    for path in (PACKAGE / "static").rglob("*.js"):
        source = path.read_text("utf-8")
        for text in _IN_SCRIPTS.findall(source):
            yield json.loads(f'"{text}"')
        for pair in _COUNTED_IN_SCRIPTS.findall(source):
            yield tuple(json.loads(f'"{text}"') for text in pair)


def words() -> set[Key]:
    """All texts that are translated."""
    return {*words_of_modules(), *words_of_scripts()}


def entries(catalogue: Catalog) -> dict[Key, Key]:
    """The translations of a catalogue."""

    def plain(text: str | Sequence[str] | None) -> Key:
        return text if isinstance(text, str) else tuple(text or ())

    return {plain(m.id): plain(m.string) for m in catalogue if m.id}


def placeholders(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_a_catalogue_is_complete_and_compiled(path: Path) -> None:
    with path.open("rb") as file:
        catalogue = pofile.read_po(file)
    known = entries(catalogue)
    assert known.keys() == words()
    for text, translated in known.items():
        originals = [text] if isinstance(text, str) else text
        forms = [translated] if isinstance(translated, str) else translated
        assert len(forms) == (1 if isinstance(text, str) else catalogue.num_plurals)
        for form in forms:
            assert form.strip(), text
            # A form for one may leave out the number.
            missing = placeholders(originals[-1]) - placeholders(form)
            assert missing <= ({"n"} if len(forms) > 1 else set()), text
            assert placeholders(form) <= placeholders(originals[-1]), text
            # What is joined to other words keeps its blanks.
            for end in (0, -1):
                assert form[end].isspace() == originals[0][end].isspace(), text
    # pybabel compile -d docs/_ext/example_output/locale -D example_output
    with path.with_suffix(".mo").open("rb") as file:
        assert entries(mofile.read_mo(file)) == known


def test_a_text_of_one_thing_is_not_also_one_of_several() -> None:
    # A catalogue has one entry for both.
    counted = {key[0] for key in words() if isinstance(key, tuple)}
    assert not counted & words()


TASK = """\
```{exercise} Brief sichern.
:example: kept.py
:hints: Warten.

Darum.
```
"""
QUESTION = """\
```{predict} Welche Zeile kommt zuletzt?
---
last: kept.py
lines: |
  print("other work done")
  print("main ends")
---
Darum.
```
"""
GERMAN = {
    "index": [
        "Übung (leicht)",
        "Gelöst ist sie, wenn gilt:",
        "Das Programm gibt „saved letter“ vor „main ends“ aus.",
        "Mindestens 2 Tasks schlafen gleichzeitig.",
        "Hinweis Warten.",
        "Eine Lösung",
        f"{MINOR} gleich 9.98 nicht ausgeführt",
        "Nicht ausgeführt auf Python 9.98: es startet einen Thread.",
    ],
    "second": [
        "Was die Tasks taten",
        "Was 2 Tasks von kept.py taten, in 0.5 s",
        "Jede Spur ist ein Task.",
        "erzeugt oder weckt",
        "Dasselbe in Worten",
        "Bei 0.5 s",
        "Task-1 schläft 0.5 s ( Zeile 13 )",
        "Die Antwort",
        "Zeile 15 wird als letzte erreicht, bei 0.5 s: Task-1 gibt “main ends” aus.",
    ],
    "third": ["Herunterladen", "Keine Ausgabe.", "Exit-Status: 2"],
}
ENGLISH = ("Printed", "wakes", "sleeps", "The answer", "It prints", "easy")


def test_pages_have_the_language_of_the_project(
    project: Callable[[str], Project], app: Callable[..., SphinxTestApp]
) -> None:
    root = project("basic")
    root.write("examples/quiet.py", "raise SystemExit(2)\n")
    root.write("examples/quiet.out", "$ python quiet.py\n[exit status: 2]\n")
    asked = ":::{what-if} What does it print?\nNothing at all.\n:::\n"
    root.write("third.md", f"# Third\n\n```{{example}} quiet.py\n```\n\n{asked}")
    for name, text in files_of("kept").items():
        root.write(name.replace("__", "/"), text)
    conf = f"example_output_pythons = {[MINOR, '9.98']}\n"
    root.write("conf.py", root.read("conf.py") + conf)
    write(root, MINOR, **{"9.98": "it starts a thread"})  # hello.py was not run there
    root.write("index.md", f"{root.read('index.md')}\n{TASK}")
    shown = "```{example} kept.py\n```\n\n```{example-timeline} kept.py\n```\n"
    root.write("second.md", f"{root.read('second.md')}\n{shown}\n{QUESTION}")
    built = app(root, confoverrides={"language": "de"})
    assert "[example_output" not in built.warning.getvalue()
    pages = {
        name: BeautifulSoup(
            Path(built.outdir, f"{name}.html").read_text(), "html.parser"
        )
        for name in ("index", "second", "third")
    }
    for name, texts in GERMAN.items():
        words = pages[name].get_text(" ").split()
        for text in texts:
            assert text in " ".join(words)
        for text in ENGLISH:
            assert text not in " ".join(words)
    assert "die Ausgabe von quiet.py" in str(pages["third"])
    # What scripts say comes before them, in a file that English pages do not load.
    scripts = [str(s["src"]) for s in pages["second"].select("script[src]")]
    [own] = [n for n, src in enumerate(scripts) if "example_words.js?v=" in src]
    assert own < min(n for n, src in enumerate(scripts) if "example_output.js" in src)
    table = Path(built.outdir, "_static", "example_words.js").read_text("utf-8")
    assert '"Replay":"Abspielen"' in table
    built = app(root, builder="gettext", freshenv=True)
    messages = Path(built.outdir, "third.pot").read_text("utf-8")
    assert 'msgid "What does it print?"' in messages
    assert 'msgid "Nothing at all."' in messages
    assert "No output." not in messages
