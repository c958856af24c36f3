"""A reader chooses a Python: parts of pages that follow, and the choice itself."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from docutils import nodes

from conftest import NewPage, Project, wait_until
from example_output.pages.pythons import classes_of_cell, mark_sentences
from example_output.timeline.words import speak
from test_accessibility import AXE, all_faults

if TYPE_CHECKING:
    from playwright.sync_api import Page

LATER = "From Python 3.14 on, it differs."


def paragraph(*parts: nodes.Node | str) -> nodes.paragraph:
    found = (nodes.Text(part) if isinstance(part, str) else part for part in parts)
    return nodes.paragraph("", "", *found)


def test_sentence_follows_to_the_end_of_its_paragraph() -> None:
    code = nodes.literal("", "f()")
    marked = paragraph("First.\nFrom Python 3.14 on, ", code, " is new.\nIt returns.")
    mark_sentences(marked)
    first, rest = marked.children
    assert (first.astext(), rest.astext()) == (
        "First.\n",
        "From Python 3.14 on, f() is new.\nIt returns.",
    )
    assert isinstance(rest, nodes.inline)
    assert rest["classes"] == ["python-since-3-14"]


def test_two_sentences_follow_their_own_versions() -> None:
    marked = paragraph(f"Up to Python 3.13.2 it prints one.\n{LATER}")
    mark_sentences(marked)
    classes = [part["classes"] for part in marked.findall(nodes.inline)]
    assert classes == [["python-until-3-13"], ["python-since-3-14"]]
    assert marked.astext() == f"Up to Python 3.13.2 it prints one.\n{LATER}"


def test_a_sentence_in_the_language_of_the_project_follows() -> None:
    given = {"From Python {version}": "Ab Python {version}"}
    german = paragraph(f"Eins.\nAb Python 3.14 alles anders.\n{LATER}")
    speak(lambda text: given.get(text, text))
    try:
        mark_sentences(german)
    finally:
        speak()
    assert german.children[0].astext() == "Eins.\n"
    classes = [part["classes"] for part in german.findall(nodes.inline)]
    assert classes == [["python-since-3-14"]] * 2


def test_whole_paragraph_or_item_follows() -> None:
    marked = paragraph(LATER)
    mark_sentences(marked)
    assert marked["classes"] == ["python-since-3-14"]
    marked = paragraph(LATER)
    item = nodes.list_item("", marked)
    mark_sentences(marked)
    assert item["classes"] == ["python-since-3-14"]


@pytest.mark.parametrize("text", ["In Python 3.14 it is.", "a\nUp to 3 tasks.", ""])
def test_other_sentences_stay_as_they_are(text: str) -> None:
    marked = paragraph(text) if text else paragraph()
    before = marked.pformat()
    mark_sentences(marked)
    assert marked.pformat() == before


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("3.11", ["python-since-3-11", "python-until-3-11"]),
        ("3.11 to 3.13.2", ["python-since-3-11", "python-until-3-13"]),
        ("3.14 to 3.15", ["python-since-3-14", "python-until-3-15"]),
        ("any", []),
    ],
)
def test_row_follows_its_cell(text: str, classes: list[str]) -> None:
    assert classes_of_cell(text) == classes


def test_outputs_and_rows_follow_but_no_strip_does(
    project: Callable[[str], Project],
) -> None:
    basic = project("basic")
    pythons = "example_output_pythons = ['3.11', '3.98', '3.99']\n"
    basic.write("conf.py", basic.read("conf.py") + pythons)
    basic.write("examples/hello.from-3.99.out", "$ python hello.py\nanother\n")
    page = basic.read("index.md")
    table = "\n| Python | it is |\n| --- | --- |\n| 3.11 to 3.98 | old |\n"
    basic.write("index.md", page + table)
    assert basic.build("-W").status == 0
    html = basic.html()
    assert '<p class="example-choice" data-pythons="3.11 3.98 3.99">' in html
    blocks = re.findall(r'<div class="([^"]*highlight-none[^"]*)"', html)
    marked = [
        [name for name in block.split() if name.startswith("python-")]
        for block in blocks
    ]
    assert marked[:2] == [["python-until-3-98"], ["python-since-3-99"]]
    assert re.search(r'<tr class="[^"]*python-since-3-11 python-until-3-98', html)
    assert not re.search(r'class="example-strip[^"]*python-', html)


def version(page: "Page", text: str) -> bool:
    """Whether a text can be seen in the article."""
    return bool(page.get_by_text(text).first.is_visible())


def test_a_choice_is_made_once_and_kept(new_page: NewPage) -> None:
    page = new_page("reference/creating")
    old, new = "(coro, *, name=None, context=None)", "(coro, **kwargs)"
    sentence = "From Python 3.14 on, the three"

    def seen() -> list[bool]:
        return [version(page, text) for text in (old, new, sentence)]

    assert seen() == [True] * 3
    # By keys alone, and heard.
    menu = page.get_by_label("Shown for Python")
    menu.focus()
    page.keyboard.press("ArrowDown")
    assert menu.input_value() == "3.11"
    assert seen() == [True, False, False]
    assert "for other versions left out" in page.locator(".example-choice").inner_text()
    page.evaluate(AXE)
    assert all_faults(page) == []
    page.reload()
    assert seen() == [True, False, False]
    # Another page, where outputs and a heading depend on it.
    page.goto(page.url.replace("creating", "versions"))
    outputs = page.locator("#output-task-numbers ~ .example-output .example-text")
    assert page.locator("#output-task-numbers .example-text").is_visible()
    assert outputs.count() == 1
    assert not outputs.is_visible()
    menu.select_option("3.15")
    assert outputs.is_visible()
    assert not page.locator("#output-task-numbers .example-text").is_visible()
    # The strip stays, and what one of its links leads to is shown.
    strip = page.locator("#output-task-numbers ~ .example-output .example-strip")
    menu.select_option("3.11")
    strip.get_by_role("link", name=re.compile(r"^3\.13")).click()
    outputs.wait_for()
    assert menu.input_value() == ""
    menu.select_option("")
    page.reload()
    assert outputs.is_visible()


def test_a_page_that_is_the_same_everywhere_has_no_choice(site: Path) -> None:
    assert "example-choice" in (site / "reference/creating.html").read_text("utf-8")
    assert "example-choice" not in (site / "tutorial/one-task.html").read_text("utf-8")


@pytest.mark.slow  # each fetches another Python
@pytest.mark.parametrize(("minor", "full"), [("3.13", "3.13.2"), ("3.15", "3.15.0rc1")])
def test_a_program_runs_on_the_chosen_python(
    new_page: NewPage, minor: str, full: str
) -> None:
    page = new_page("tutorial/one-task", viewport={"width": 390, "height": 900})
    fetched: dict[str, int] = {}

    def note(name: str, size: int) -> None:
        fetched[name] = size

    page.on(
        "requestfinished",
        lambda asked: note(asked.url, asked.sizes()["responseBodySize"]),
    )
    box = page.locator(".example").first
    box.get_by_role("button", name="Run create_task.py").click()
    page.get_by_text("Same as the documented output").wait_for()
    assert page.locator(".run-where").inner_text() == "Python 3.14.2, in this page"
    assert not any(f"/{minor}/" in name for name in fetched)
    menu = page.get_by_label("Python that runs create_task.py")
    assert menu.locator("option").all_inner_texts() == ["3.13", "3.14", "3.15"]
    assert menu.input_value() == "3.14"
    menu.select_option(minor)
    status = page.locator(".run-status").first
    assert wait_until(lambda: status.inner_text() == f"Ended, on Python {full}.")
    page.get_by_text("Same as the documented output, and its tasks did").wait_for()
    assert page.locator(".run-where").inner_text() == f"Python {full}, in this page"
    sizes = [size for name, size in fetched.items() if f"/{minor}/" in name]
    assert 0 < sum(sizes) < 7_000_000
    page.evaluate(AXE)
    assert all_faults(page) == []
    # It is kept, and the next page runs on it at once.
    page.goto(page.url.replace("one-task", "many-tasks"))
    page.get_by_role("button", name="Run create_many_tasks.py").click()
    page.get_by_text(f"Ended, on Python {full}.").wait_for()
