"""What a hand does on a page, beyond the ways that the tests of each widget walk."""

import re

import pytest
from pygments.lexers.python import PythonLexer
from pygments.token import STANDARD_TYPES

from conftest import REPOSITORY, NewPage
from example_output.playground.runtime import SOURCES
from test_playground import box_of, open_editor

# -- Colours ---------------------------------------------------------------------------


def test_editor_knows_the_names_that_the_page_colours() -> None:
    text = (SOURCES / "editor" / "names.js").read_text("utf-8")
    rows = re.findall(r"(?m)^  (\w+): `([^`]*)`", text)
    known = {name: kind for kind, names in rows for name in names.split()}
    listed = {"self", "cls", "Ellipsis", "NotImplemented"}
    for kind in ("builtins", "magicfuncs", "magicvars"):
        for pattern, *_ in PythonLexer.tokens[kind]:
            listed |= set(getattr(pattern, "words", ()))
    classes = {}
    for name in listed:
        ((token, _),) = PythonLexer(ensurenl=False).get_tokens(name)
        classes[name] = STANDARD_TYPES[token]
    assert known == classes


# Where a character has not the same colour: its place and the two classes.
DIFFERENT = """programs => {
    const { colour } = exampleOutput.editor;
    const pre = document.querySelector(".highlight pre");
    const known = new Map();
    const look = (className) => {
        if (!known.has(className)) {
            const probe = document.createElement("span");
            Object.assign(probe, { className });
            pre.append(probe);
            known.set(className, getComputedStyle(probe).color);
            probe.remove();
        }
        return known.get(className);
    };
    const each = ([text, kind]) => [...text].map((one) => [one, kind]);
    const found = [];
    for (const { name, source, pieces } of programs) {
        const page = pieces.flatMap(each);
        const lines = colour(source).flatMap((line) => [...line, ["\\n", ""]]);
        const own = lines.flatMap(each);
        page.forEach(([one, kind], at) => {
            const [other, its] = own[at];
            const same = !one.trim() || look(kind) === look(its);
            if (one !== other || !same) found.push([name, at, one, kind, its]);
        });
    }
    return found;
}"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_program_has_the_colours_of_the_page_in_the_editor(
    new_page: NewPage, scheme: str
) -> None:
    page = new_page("tutorial/one-task", color_scheme=scheme)
    open_editor(box_of(page, "create_task"))
    programs = []
    for path in sorted((REPOSITORY / "examples").rglob("*.py")):
        source = path.read_text("utf-8")
        tokens = PythonLexer(stripnl=False, ensurenl=False).get_tokens(source)
        pieces = [(text, STANDARD_TYPES[token]) for token, text in tokens]
        programs.append({"name": path.name, "source": source, "pieces": pieces})
    assert len(programs) > 200
    assert page.evaluate(DIFFERENT, programs) == []
