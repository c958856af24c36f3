"""Our own words, and those of authors, in another language."""

import ast
import json
import re
import string
from collections.abc import Callable, Iterator, Sequence
from gettext import GNUTranslations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sphinx.locale
from babel.messages import Catalog, mofile, pofile
from bs4 import BeautifulSoup
from sphinx.testing.util import SphinxTestApp

from conftest import REPOSITORY, Project
from example_output.pages.words import table
from example_output.startup.watch import _UNFIT
from example_output.timeline.changes import changes
from example_output.timeline.events import Event
from example_output.timeline.live import answer
from example_output.timeline.recorded import differences
from example_output.timeline.words import decimal, language, ngettext, speak, use
from test_exercise import files_of
from test_reproduced import MINOR, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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


COMMENT = re.compile(r"(?m)^\s*//.*$|/\*\*(?s:(?!\*/).)*\*/")
MARKED = re.compile(rf"(?<!\w)(?:_|Error|RegExp)\(\s*(?:{_TEXT}|`[^`]*`)")
LITERAL = re.compile(r'"([^"\n]*)"|`([^`]*)`')
SENTENCE = re.compile(r"[A-Z“][a-z]+(?:$|[ .:?!…])|.*[a-z] [a-z]+[.:?!]$")


def unmarked_in_script(source: str) -> list[str]:
    """The literals that look like words for readers, and are not translated."""
    for known in (COMMENT, _COUNTED_IN_SCRIPTS, MARKED):
        source = known.sub("", source)
    texts = [quoted or template for quoted, template in LITERAL.findall(source)]
    return [t for t in texts if SENTENCE.match(re.sub(r"\$\{[^}]*\}", "x", t))]


def unmarked_in_module(source: str) -> Iterator[str]:
    """The texts that become nodes of a page, and are not translated."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="nodes"), attr=name)
                | ast.Name(id="question" as name),
                args=args,
            ) if name != "raw":
                for part in args:
                    if isinstance(part, (ast.Constant, ast.JoinedStr)):
                        text = ast.unparse(part)
                        if re.search("[A-Za-z]{2}", re.sub(r"\{.*?\}", "", text)):
                            yield text


def test_all_words_for_readers_are_translated() -> None:
    for path in (PACKAGE / "static").rglob("*.js"):
        assert unmarked_in_script(path.read_text("utf-8")) == [], path.name
    for path in (PACKAGE / "pages").glob("*.py"):
        assert list(unmarked_in_module(path.read_text("utf-8"))) == [], path.name


def unspoken_numbers(source: str) -> Iterator[str]:
    """The formatted numbers in texts for readers that are not given to decimal()."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id="_" | "ngettext"), keywords=values):
                for value in values:
                    if isinstance(value.value, ast.JoinedStr):
                        yield ast.unparse(value)


def test_all_numbers_have_the_signs_of_the_language() -> None:
    for path in PACKAGE.rglob("*.py"):
        assert list(unspoken_numbers(path.read_text("utf-8"))) == [], path.name
    assert list(unspoken_numbers('_("{t} s", t=f"{x:g}"); _("{t}", t=decimal(x))'))
    for path in (PACKAGE / "static").rglob("*.js"):
        for line in path.read_text("utf-8").splitlines():
            assert "toFixed" not in line or "decimal(" in line, path.name


def test_words_that_are_not_translated_are_found() -> None:
    script = (
        'say("Not yet");\n// "No"\nsay(_("Yes"), `Step ${n}`, "a-class b-class");\n'
    )
    assert unmarked_in_script(script) == ["Not yet", "Step ${n}"]
    module = (
        'nodes.strong("", "Exercise"), question("", _("Hint")), nodes.raw("", "<p>")'
    )
    assert list(unmarked_in_module(module)) == ["'Exercise'"]


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
        "Das Programm gibt „main ends“ erst nach „saved letter“ aus, wie lange",
        "Mindestens 2 Tasks schlafen gleichzeitig.",
        "Hinweis Warten.",
        "Eine Lösung",
        f"{MINOR} gleich 9.98 nicht ausgeführt",
        "Nicht ausgeführt auf Python 9.98: es startet einen Thread.",
    ],
    "second": [
        "Was die Tasks taten",
        "Was 2 Tasks von kept.py taten, in 0,5 s",
        "Jede Spur ist ein Task.",
        "erzeugt oder weckt",
        "Dasselbe in Worten",
        "Bei 0,5 s",
        "Task-1 schläft 0,5 s ( Zeile 13 )",
        "Die Antwort",
        "Zeile 15 wird als letzte erreicht, bei 0,5 s: Task-1 gibt „main ends“ aus.",
    ],
    "third": ["Herunterladen", "Keine Ausgabe.", "Exit-Status: 2"],
}
ENGLISH = ("Printed", "wakes", "sleeps", "The answer", "It prints", "easy")


@pytest.fixture
def root(project: Callable[[str], Project]) -> Project:
    """A project that shows a bit of everything, in German."""
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
    return root


def test_pages_have_the_language_of_the_project(
    root: Project, app: Callable[..., SphinxTestApp]
) -> None:
    use(None)  # as a request of an English page leaves it
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
    sphinx.locale.translators.clear()  # as at the end of the app
    built = app(root, builder="gettext", freshenv=True)
    messages = Path(built.outdir, "third.pot").read_text("utf-8")
    assert 'msgid "What does it print?"' in messages
    assert 'msgid "Nothing at all."' in messages
    assert "No output." not in messages


def test_what_is_asked_can_be_translated(
    root: Project, app: Callable[..., SphinxTestApp]
) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    words = {
        "Brief sichern.": "Save the *letter*.",
        "Warten.": "Wait.",
        "Welche Zeile kommt zuletzt?": "Which line comes *last*?",
    }
    entries = [f'msgid "{one}"\nmsgstr "{other}"\n\n' for one, other in words.items()]
    (root.folder / "locale/en/LC_MESSAGES").mkdir(parents=True)
    for page in ("index", "second"):
        root.write(f"locale/en/LC_MESSAGES/{page}.po", head + "".join(entries))
    lists = "```{practice-list}\n```\n\n```{practice-list} questions\n```\n"
    root.write("third.md", f"{root.read('third.md')}\n{lists}")
    english = {"language": "en", "locale_dirs": ["locale"]}
    english["example_output_run"] = "never"
    built = app(root, confoverrides=english)
    pages = {
        name: BeautifulSoup(
            Path(built.outdir, f"{name}.html").read_text(), "html.parser"
        )
        for name in ("index", "second", "third")
    }
    [asked] = pages["second"].select(".predict")
    assert asked["aria-label"] == "Which line comes last?"
    assert str(asked.strong) == "<strong>Which line comes <em>last</em>?</strong>"
    [exercise] = pages["index"].select(".exercise")
    assert "Save the letter." in exercise.get_text()
    assert "Wait." in exercise.get_text()
    listed = pages["third"].get_text()
    assert "Which line comes last?" in listed
    assert "Save the letter." in listed
    for text in words:
        assert all(text not in page.get_text() for page in pages.values())
    assert Event(1, 0, "Task-1", "start").words == "Task-1 starts"


def test_a_wrong_quotation_in_a_translation_is_reported_once(
    project: Callable[[str], Project], app: Callable[..., SphinxTestApp]
) -> None:
    root = project("basic")
    shown = "```{example} hello.py\n```\n"
    root.write("second.md", f"# Second\n\n{shown}\nIt prints {{printed}}`hello`.\n")
    text = 'msgid "It prints {printed}`hello`."\nmsgstr "Es gibt {printed}`no` aus."\n'
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    (root.folder / "locale/de/LC_MESSAGES").mkdir(parents=True)
    root.write("locale/de/LC_MESSAGES/second.po", head + text)
    built = app(root, confoverrides={"language": "de", "locale_dirs": ["locale"]})
    assert built.warning.getvalue().count("'no': no output on this page") == 1


@pytest.mark.slow
def test_scripts_speak_the_language_of_the_project(
    root: Project, app: Callable[..., SphinxTestApp], browser: "Browser"
) -> None:
    built = app(root, confoverrides={"language": "de"})
    page = browser.new_page(locale="en")
    page.goto(Path(built.outdir, "second.html").as_uri())
    player = page.get_by_role("group", name="Wiedergabe von kept.py")
    player.get_by_role("button", name="Schritt").click()
    said = player.inner_text()
    assert "1 von 14" in said
    assert "0 s: das Programm erzeugt Task-1 aus main()" in said
    assert "Zeile 18: asyncio.run(main())" in said
    for _ in range(13):
        player.get_by_role("button", name="Schritt").click()
    assert "0,5 s: " in player.inner_text()
    page.get_by_role("button", name="B wählen").click()
    status = page.locator(".predict").get_by_role("status")
    status.filter(has_text="Richtig. Zeile 15 wird als letzte erreicht").wait_for()
    page.close()


# -- The Python of a reader's page -----------------------------------------------------


@pytest.fixture
def german() -> Iterator[dict[str, Any]]:
    """The words of German, as pages have them; it is spoken until the test ends."""
    [path] = LOCALE.glob("de/*/*.mo")
    with path.open("rb") as file:
        known = table(GNUTranslations(file))
    kept = language()
    use(known)
    yield known
    speak(*kept)


LOG = """\
{"lane": 1, "name": "Task-1"}
{"lane": 1, "turn": 0, "time": 0, "line": 9, "kind": "create", "by": 0, "what": "main"}
{"lane": 1, "turn": 1, "time": 0, "line": 4, "kind": "start", "by": null, "what": ""}
{"lane": 1, "turn": 1, "time": 0, "line": 5, "kind": "block", "by": null, "what": "2"}
{"lane": 1, "turn": 1, "time": 2, "line": 6, "kind": "suspend", "by": null,\
 "what": "sleep 1"}
"""


def test_answer_has_the_language_of_its_request(german: dict[str, Any]) -> None:
    request = {"raw": LOG, "name": "x.py", "identifier": "i", "documented": ""}
    asked = {**request, "state": "stopped", "words": german}
    reply = json.loads(answer(json.dumps(asked)))
    assert reply["waiting"] == ["Task-1 schläft 1 s (Zeile 6)."]
    assert "Was 1 Task von x.py tat, in 2 s" in reply["picture"]
    assert "blockiert den Thread: nichts anderes läuft" in reply["key"]
    checks = 'never blocks\nprints "done"\n'
    judged = {**asked, "state": "judged", "checks": checks, "output": "", "status": 0}
    assert json.loads(answer(json.dumps(judged)))["failures"] == [
        "Task-1 blockiert den Thread für 2 s (Zeile 5), und nichts anderes kann dann "
        "laufen.",
        "Das Programm gibt „done“ nicht aus.",
    ]
    # Another page may ask for English.
    reply = json.loads(answer(json.dumps({**request, "state": "stopped"})))
    assert reply["waiting"] == ["Task-1 sleeps 1 s (line 6)."]


def test_numbers_have_a_decimal_comma_in_german(german: dict[str, Any]) -> None:
    assert decimal("1,000.5") == "1.000,5"
    for kind, what in (("suspend", "sleep .5"), ("block", ".5"), ("compute", ".5")):
        assert ",5 s" in Event(0, 0, "Task-1", kind, what=what).words
    log = LOG.replace('"time": 2', '"time": 2.25')
    asked: dict[str, Any] = {"raw": log, "name": "x.py", "identifier": "i"}
    asked |= {"documented": "", "state": "stopped", "words": german}
    assert "in 2,25 s" in json.loads(answer(json.dumps(asked)))["picture"]
    asked |= {"state": "judged", "checks": "ends by 1.5 s\n", "output": "", "status": 0}
    assert json.loads(answer(json.dumps(asked)))["failures"] == [
        "Das Programm endet nach 2,25 s, nicht bis 1,5 s."
    ]


@pytest.mark.usefixtures("german")
def test_changes_are_told_in_the_language_that_is_set() -> None:
    old = [Event(1, 0, f"Task-{n}", "suspend", what="sleep 1") for n in range(3)]
    new = [Event(1, 0, f"Task-{n}", "suspend", what="sleep 2") for n in range(3)]
    assert changes(old, new) == [
        "Task-0 schläft 2 s (vorher: schläft 1 s); ebenso Task-1 und Task-2."
    ]
    assert changes([], new[:1]) == ["Neu: Task-0 schläft 2 s."]
    assert changes(old[:1], []) == ["Task-0 tut dies nicht mehr: schläft 1 s."]


@pytest.mark.usefixtures("german")
def test_maintainers_are_told_of_differences_in_english() -> None:
    [old, new] = [Event(1, 0, "Task-1", kind) for kind in ("start", "finish")]
    assert differences([old], [new]) == [
        "no longer: Task-1 starts",
        "new: Task-1 finishes",
    ]
    assert new.words == "Task-1 ist fertig"


def test_form_of_a_number_repeats_after_a_hundred() -> None:
    kept = language()
    forms = [int(number % 10 != 1) for number in range(200)]
    use({"forms": forms, "texts": {"{n} line": ["{n} ligne", "{n} lignes"]}})
    try:
        said = [ngettext("{n} line", "{n} lines", n) for n in (1, 2, 21, 199, 1021)]
        assert said == ["1 ligne", "2 lignes", "21 ligne", "199 lignes", "1021 ligne"]
        assert ngettext("{n} task", "{n} tasks", 2) == "2 tasks"
    finally:
        speak(*kept)
