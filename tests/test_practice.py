"""Exercises on the pages of the site, solved by keys."""

import gzip
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import DOCS, REPOSITORY, SOURCES, NewPage, wait_for_text
from test_accessibility import AXE, faults
from test_playground import edit, open_editor, replace
from test_predict import ASKED

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

BEGINS = re.compile(r"(?m)^:::\{exercise\} .*\n:example: (\S+)\.py$")
EXERCISES = {
    path.relative_to(DOCS).with_suffix("").as_posix(): found[1]
    for path in SOURCES
    if path.parent.name in ("tutorial", "howto", "explanation")
    and (found := BEGINS.search(path.read_text("utf-8")))
}


def states(box: "Locator") -> list[str | None]:
    """Which checks are open, passed or failed, if that is shown."""
    marks = box.locator(".exercise-checks > li > strong").all()
    names = {"Open": "open", "Passed": "passed", "Not yet": "failed", "": None}
    return [names[mark.inner_text() if mark.is_visible() else ""] for mark in marks]


def wait_for(box: "Locator", text: str) -> None:
    """Wait until the live region says something."""
    wait_for_text(box.locator(":scope > output"), text)


def ticked(page: "Page") -> list[str]:
    """The links that say that an exercise is solved."""
    links = page.locator("a:has(.exercise-tick)").all()
    return sorted({str(link.get_attribute("href")) for link in links})


def test_there_are_exercises_where_their_subjects_are_taught() -> None:
    assert len(EXERCISES) >= 12
    folders = {name.partition("/")[0] for name in EXERCISES}
    assert folders == {"tutorial", "howto", "explanation"}


@pytest.mark.slow
def test_an_exercise_is_solved_by_keys(new_page: NewPage) -> None:
    page = new_page("tutorial/many-tasks")
    page.evaluate(AXE)
    box = page.get_by_role("group", name="Exercise")
    assert states(box) == ["open"] * 7

    press, keyboard = page.keyboard.press, page.keyboard
    box.get_by_role("button", name="Run overlap.py").focus()
    press("Enter")
    wait_for(box, "4 of 7 checks passed.")
    assert states(box) == ["failed", "failed", *["passed"] * 4, "failed"]
    assert box.locator(".exercise-why").all_inner_texts() == [
        "1 task sleeps at the same time; 3 should. Create every task before you await "
        "the first.",
        "1 task prints; 3 should. Let fetch() do the fetching, and print.",
        *[""] * 4,
        "It prints “all done” at 3 s, not at 1 s.",
    ]

    press("Tab")  # to Edit
    press("Enter")
    editor = box.get_by_role("textbox")
    editor.wait_for()
    press("Control+Home")
    for _ in range(11):
        press("ArrowDown")
    press("Home")
    press("Shift+ArrowDown")
    press("Shift+End")
    keyboard.type('await asyncio.gather(*map(fetch, ("news", "mail", "wiki")))')
    press("Control+Enter")
    assert states(box) == ["open"] * 7
    wait_for(box, "Solved: all 7 checks passed.")
    assert states(box) == ["passed"] * 7
    assert faults(page, place="'.exercise'") == []
    assert ticked(page) == ["#"]  # this page, in the list of pages

    page.reload()
    wait_for(box, "You have solved it before.")
    page.goto(page.url.replace("many-tasks", "takeaways"))
    assert ticked(page) == ["many-tasks.html", "many-tasks.html#exercise"]
    listed = page.locator(".practice-list")
    listed.get_by_role("link", name="Many tasks solved").click()
    assert page.url.endswith("#exercise")


# A thread comes between those that are judged, so that each answer is another one.
ODD = {
    "print(\n": "0 of 7 checks passed.",
    "import threading\nthreading.Thread(target=print).start()\n": (
        "It cannot be judged, because it starts a thread."
    ),
    "import asyncio\n"
    "async def main():\n    await asyncio.sleep(0.1)\n    asyncio.run(1)\n"
    "asyncio.run(main())\n": "0 of 7 checks passed.",
}


@pytest.mark.slow
def test_whatever_a_program_does_is_judged_or_said(new_page: NewPage) -> None:
    page = new_page("tutorial/many-tasks", viewport={"width": 320, "height": 800})
    page.evaluate(AXE)
    box = page.locator(".exercise")
    editor = open_editor(box.locator(".example").first)
    for source, said in ODD.items():
        replace(editor, source)
        page.keyboard.press("Control+Enter")
        wait_for(box, said)
        assert faults(page, place="'.exercise'") == []


# What passes is judged for all of them in Node, by the same script.
@pytest.mark.slow
@pytest.mark.parametrize("name", list(EXERCISES)[::4])
def test_an_exercise_is_solved_by_its_solution_in_the_page(
    new_page: NewPage, name: str
) -> None:
    page = new_page(name)
    box = page.locator(".exercise")
    start = box.locator(".example").first
    solution = REPOSITORY / "examples" / f"{EXERCISES[name]}_solution.py"
    edit(start, solution.read_text("utf-8"))
    page.keyboard.press("Control+Enter")
    wait_for(box, "Solved: all ")
    assert set(states(box)) == {"passed"}


def test_without_a_script_all_of_it_is_there(new_page: NewPage) -> None:
    page = new_page("tutorial/many-tasks", java_script_enabled=False)
    box = page.locator(".exercise")
    assert box.get_by_text("At least 3 tasks sleep at the same time.").is_visible()
    for name in ("Hint 1", "Hint 2", "A solution"):
        box.get_by_text(name, exact=True).click()
    assert box.get_by_text("overlap_solution.py").first.is_visible()


def test_in_a_file_the_checks_are_a_plain_list(new_page: NewPage, site: Path) -> None:
    page = new_page("tutorial/many-tasks", base=site.as_uri())
    box = page.locator(".exercise")
    assert box.get_by_text("opened as a file cannot run it").first.is_visible()
    assert states(box) == [None] * 7
    assert box.get_by_role("listitem").count() >= 7


@pytest.mark.slow
def test_storage_that_is_refused_leaves_the_exercise(new_page: NewPage) -> None:
    page = new_page("tutorial/many-tasks")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw Error() } }")
    box = page.locator(".exercise")
    solution = REPOSITORY / "examples/practice/overlap_solution.py"
    edit(box.locator(".example").first, solution.read_text("utf-8"))
    page.keyboard.press("Control+Enter")
    wait_for(box, "Solved: all 7 checks passed.")


FILES = re.compile(
    r"<link [^>]*/practice\.css[^>]*>\s*|<script [^>]*/practice\.js[^>]*></script>\s*"
)


def test_pages_without_a_click_gain_at_most_three_kilobytes(site: Path) -> None:
    """As much more is loaded for an exercise and a question, those of the text too."""
    static = site / "_static"
    files = [static / "practice.js", static / "practice.css"]
    loaded = sum(weight(path.read_text("utf-8")) for path in files)
    gained = {}
    for name in {*EXERCISES, *ASKED}:
        text = (site / f"{name}.html").read_text("utf-8")
        without, count = FILES.subn("", text)
        assert count == 2, name
        assert not re.search(
            r"practice|predict|exercise", without.partition("<body")[0]
        )
        for kind in ["exercise"] * (name in EXERCISES) + ["predict"] * (name in ASKED):
            (box,) = re.finditer(rf'<div [^>]*class="{kind}[ "]', without)
            end = end_of_box(without, box.start())
            without = without[: box.start()] + without[end:]
        gained[name] = loaded + weight(text) - weight(without)
    both = EXERCISES.keys() & ASKED.keys()
    assert len(both) >= 11
    assert max(gained.values()) <= 3 * 1024, gained
    # What is loaded at the first touch, and what all pages share.
    for name, limit in (("answers.js", 2048), ("example_output.js", 1024)):
        assert weight((static / name).read_text("utf-8")) < limit, name
    assert not (static / "example_words.js").exists()  # it is for other languages


def end_of_box(text: str, start: int) -> int:
    """Where the ``div`` that begins there ends."""
    ends = (tag.end() + start for tag in re.finditer("</div>", text[start:]))
    return next(end for end in ends if is_whole(text[start:end]))


def weight(text: str) -> int:
    """How many bytes a reader's browser fetches for it."""
    return len(gzip.compress(text.encode()))


def is_whole(markup: str) -> bool:
    """Whether each ``div`` in it ends."""
    return len(re.findall(r"<div\b", markup)) == markup.count("</div>")
