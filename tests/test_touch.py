"""What a hand does on a page, beyond the ways that the tests of each widget walk."""

import re
from pathlib import Path

import pytest
from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]

from conftest import REPOSITORY, NewPage, box_of
from example_output.playground.runtime import SOURCES
from test_playground import open_editor

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


# -- What is seen ----------------------------------------------------------------------


def luminance(color: str) -> float:
    """The relative luminance of a color, as WCAG defines it."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_comments_recede_in_the_dark(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", color_scheme="dark")
    color = "element => getComputedStyle(element).color"
    program = page.locator("#example-create-task .highlight")
    comment = luminance(program.locator(".c1").first.evaluate(color))
    # The name of a function is brighter, and so are strings and keywords.
    for kind in ("n", "nf", "s2", "k"):
        assert luminance(program.locator(f".{kind}").first.evaluate(color)) > comment


def test_the_way_back_to_the_top_covers_nothing_to_read(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    page.mouse.wheel(0, 2500)
    page.wait_for_timeout(300)
    page.mouse.wheel(0, -300)
    top = page.locator(".back-to-top")
    top.wait_for()
    article = page.locator("article").bounding_box()
    box = top.bounding_box()
    assert article
    assert box
    assert box["x"] >= article["x"] + article["width"]


def test_each_picture_has_a_key(site: Path) -> None:
    pictures = 0
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        pictures += text.count('class="timeline-picture')
        assert text.count('class="timeline-key') == text.count(
            'class="timeline-picture'
        )
    assert pictures > 30


# Where the text of a line begins, and whether the magnifying glass is painted.
FORCED = """() => {
    const line = document.querySelector("[id$=create-task-line-13]");
    const range = document.createRange();
    range.selectNodeContents(line);
    const opener = document.querySelector(".search-opener");
    const glass = getComputedStyle(opener, "::before").backgroundColor;
    const page = getComputedStyle(document.body).backgroundColor;
    return [range.getBoundingClientRect().x, glass !== page];
}"""


@pytest.mark.slow
def test_forced_colors_move_nothing_and_hide_no_icon(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", forced_colors="active")
    before, painted = page.evaluate(FORCED)
    assert painted
    step = page.get_by_role("group", name="Replay of create_task.py")
    for _ in range(3):
        step.get_by_role("button", name="Step").click()
    line = page.locator("[id$=create-task-line-13]")
    assert "tl-now" in str(line.get_attribute("class"))
    # A frame marks it, where no background does.
    assert line.evaluate("line => getComputedStyle(line).outlineStyle") == "solid"
    assert page.evaluate(FORCED) == [before, True]
