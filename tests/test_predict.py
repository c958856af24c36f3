"""Questions on the pages of the site, answered by keys, clicks and touch."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import DOCS, SOURCES, NewPage, slow
from test_accessibility import AXE, faults

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

KIND = re.compile(r"(?m)^(?::::|```)\{predict\}.*\n(?:---\n)?:?(\w+):")
ASKED = {
    path.relative_to(DOCS).with_suffix("").as_posix(): found[1]
    for path in SOURCES
    # The guide for authors has one as an example.
    if path.parent.name not in ("docs", "authors")
    and (found := KIND.search(path.read_text("utf-8")))
}


def test_the_hard_places_have_questions_of_each_kind() -> None:
    assert len(ASKED) >= 24
    assert set(ASKED.values()) == {"order", "choose", "raises", "last"}
    assert {name.partition("/")[0] for name in ASKED} >= {"tutorial", "explanation"}


def said(page: "Page") -> str:
    """What the live region says, once it says something."""
    status = page.locator(".predict").get_by_role("status")
    status.filter(has_text=re.compile(".")).wait_for()
    return status.inner_text()


def shown(box: "Locator") -> list[str]:
    return [
        text.strip() for text in box.locator(".predict-choices code").all_inner_texts()
    ]


TOP = "e => e.getBoundingClientRect().top"


@pytest.mark.slow
def test_lines_are_put_in_order_by_keys_and_clicks(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", has_touch=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    box = page.get_by_role("group", name="In which order does it print these lines")
    mixed_lines = [
        "executing the task",
        "main coroutine done",
        "main coroutine started",
    ]
    assert shown(box) == mixed_lines
    page.evaluate(AXE)
    assert faults(page, place="'.predict'") == []

    assert not any("answers" in url for url in asked)  # until a hand comes near
    check = box.get_by_role("button", name="Check")
    check.click()
    assert said(page) == "No. “executing the task” does not come first."
    assert faults(page, place="'.predict'") == []

    # By keys alone: the focus stays on the button that moves.
    up = box.get_by_role("button", name="Move up: main coroutine started")
    up.focus()
    for place in ("2", "1"):
        page.keyboard.press("Enter")
        assert said(page) == f"“main coroutine started” is now line {place} of 3."
    page.keyboard.press("Space")  # there is nothing above it
    assert up.evaluate("(button) => button === document.activeElement")
    check.press("Enter")
    assert said(page).startswith(
        "No. It begins right, up to line 1; “executing the task”"
    )

    box.get_by_role("button", name="Move down: executing the task").tap()
    check.tap()
    assert said(page).startswith("Right. It prints them in this order.")
    assert "main() does not suspend" in said(page)
    assert faults(page, place="'.predict'") == []

    page.reload()  # it is kept in the browser
    assert said(page).startswith("Right. ")
    assert shown(box) == ["main coroutine started", *mixed_lines[1::-1]]
    # However narrow, the buttons of a line stand side by side.
    page.set_viewport_size({"width": 240, "height": 800})
    for row in box.get_by_role("listitem").all():
        tops = [one.evaluate(TOP) for one in row.get_by_role("button").all()]
        assert tops[0] == tops[1]


@pytest.mark.slow
def test_an_answer_that_cannot_be_judged_is_said_and_tried_again(
    new_page: NewPage,
) -> None:
    page = new_page("tutorial/one-task")
    page.route("**/answers.js*", lambda route: route.abort())
    box = page.locator(".predict")
    box.get_by_role("button", name="Check").press("Enter")
    status = box.get_by_role("status")
    status.filter(has_text="It could not be judged. Are you online?").wait_for()
    page.unroute("**/answers.js*")
    down = box.get_by_role("button", name="Move down: executing the task")
    # Both clicks count, though the script comes later.
    down.evaluate("(button) => { button.click(); button.click(); }")
    status.filter(has_text="“executing the task” is now line 3 of 3.").wait_for()


@pytest.mark.slow
def test_a_question_is_answered_in_a_page_that_is_a_file(
    new_page: NewPage, site: Path
) -> None:
    page = new_page("explanation/which-one", base=site.as_uri())
    page.get_by_role("button", name="Choose B").click()
    assert said(page).startswith("Right. ")


def test_a_wrong_choice_says_which_program_prints_it(new_page: NewPage) -> None:
    page = new_page("explanation/which-one")
    box = page.get_by_role("group", name="What does it print with ensure_future()?")
    page.evaluate(AXE)
    assert faults(page, place="'.predict'") == []
    first = box.get_by_role("button", name="Choose A")
    first.focus()
    page.keyboard.press("Enter")
    assert said(page) == "No. create_task_accepts.py prints this."
    assert first.get_attribute("aria-pressed") == "true"
    assert faults(page, place="'.predict'") == []
    box.get_by_role("button", name="Choose B").click()
    assert said(page).startswith("Right. ensure_future_accepts.py prints this.")
    assert "a function is none" in said(page)
    assert first.get_attribute("aria-pressed") == "false"
    assert faults(page, place="'.predict'") == []
    page.reload()
    assert said(page).startswith("Right. ")
    box.get_by_role("status").get_by_role("link", name="ensure_future_ac").click()
    assert page.url.endswith("#example-ensure-future-accepts")


def test_a_line_is_chosen_by_keys(new_page: NewPage) -> None:
    page = new_page("tutorial/not-a-coroutine")
    box = page.get_by_role("group", name="Which line raises the error")
    page.evaluate(AXE)
    box.get_by_role("button", name="Choose A").focus()
    answers = {
        "A": "No. Line 8 is not in the traceback.",
        "B": "Right. Line 15 raises TypeError: a coroutine was expected",
        "C": "No. Line 16 is not in the traceback.",
        "D": "No. The error passes through line 20 and is raised further down.",
    }
    for letter, answer in answers.items():
        page.keyboard.press("Space")
        assert said(page).startswith(answer), letter
        page.keyboard.press("Tab")
    assert faults(page, place="'.predict'") == []


@pytest.mark.slow
def test_the_line_that_is_reached_last_is_chosen(new_page: NewPage) -> None:
    page = new_page("howto/cancel-and-timeouts", viewport={"width": 320, "height": 800})
    box = page.get_by_role("group", name="In the program below, which of these")
    box.get_by_role("button", name="Choose A").click()
    assert said(page) == "No. Line 12 is never reached."
    box.get_by_role("button", name="Choose C").click()
    assert said(page).startswith("Right. Line 30 is reached last, at ")
    page.evaluate(AXE)
    assert faults(page, place="'.predict'") == []


def test_without_a_script_the_answer_is_folded_and_printed(new_page: NewPage) -> None:
    page = new_page("explanation/which-one", java_script_enabled=False)
    box = page.locator(".predict")
    assert box.get_by_role("button").count() == 0
    box.get_by_text("The answer", exact=True).click()
    assert box.get_by_text("ensure_future_accepts.py").is_visible()
    page.emulate_media(media="print")
    page.reload()
    assert box.get_by_text("ensure_future_accepts.py").is_visible()


@pytest.mark.parametrize(
    "kept", ["{", slow('"gone"'), slow('["executing the task", 1]')]
)
def test_damaged_or_refused_storage_leaves_the_question(
    new_page: NewPage, kept: str
) -> None:
    page = new_page("tutorial/one-task")
    key = "`example-predict ${location.pathname}`"
    page.evaluate(f"(kept) => localStorage.setItem({key}, kept)", kept)
    page.reload()  # an error of the script fails the test
    assert page.locator(".predict").get_by_role("status").inner_text() == ""
    refuse = "Storage.prototype.setItem = () => { throw new Error('full') }"
    page.evaluate(f"() => {{ {refuse} }}")
    page.get_by_role("button", name="Check").click()
    assert said(page).startswith("No. ")
