"""The site in a real browser: copying, narrow screens, no script, no server."""

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY, NewPage, slow_but

if TYPE_CHECKING:
    from playwright.sync_api import Page

slow = partial(pytest.param, marks=pytest.mark.slow)

PAGES = ["index", "tutorial/three-ways", "tutorial/no-running-event-loop"]


def copied(page: "Page", box: str) -> str:
    """What the copy button in a box puts on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator(f"{box} button.copybtn").first
    button.hover()
    button.click()
    page.wait_for_timeout(100)
    return str(page.evaluate("navigator.clipboard.readText()"))


@pytest.mark.parametrize(
    ("page", "box", "name"),
    [
        ("index", "#example-create-task", "create_task"),
        # A part, a difference, and one highlighted: the whole file all the same.
        ("tutorial/three-ways", "#example-create-task", "create_task"),
        slow("tutorial/not-a-coroutine", "#example-in-thread", "in_thread"),
        slow("tutorial/three-ways", "#example-task-group", "task_group"),
    ],
)
def test_copy_gives_the_complete_file(
    new_page: NewPage, page: str, box: str, name: str
) -> None:
    source = (REPOSITORY / "examples" / "tutorial" / f"{name}.py").read_text("utf-8")
    assert copied(new_page(page), box).rstrip("\n") == source.rstrip("\n")


def test_download_gives_the_complete_file(new_page: NewPage) -> None:
    page = new_page("tutorial/three-ways")
    with page.expect_download() as download:
        page.locator("#example-create-task a.download").click()
    assert download.value.suggested_filename == "create_task.py"
    source = REPOSITORY / "examples" / "tutorial" / "create_task.py"
    assert download.value.path().read_bytes() == source.read_bytes()


def test_outputs_and_prompts_are_not_copied(new_page: NewPage) -> None:
    page = new_page("index")
    assert page.locator(".example-output .copybtn").count() == 0
    prompt = page.locator(".example-prompt").first
    assert prompt.evaluate("element => getComputedStyle(element).userSelect") == "none"


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_screen(
    new_page: NewPage, name: str, width: int
) -> None:
    page = new_page(name, viewport={"width": width, "height": 800})
    excess = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(excess) <= 0


def test_a_program_and_its_output_are_on_the_first_screen_of_a_phone(
    new_page: NewPage,
) -> None:
    page = new_page("index", viewport={"width": 390, "height": 844})
    output = page.locator("#output-create-task pre").bounding_box()
    assert output is not None
    assert output["y"] + output["height"] <= 844


def test_content_is_complete_without_javascript(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", java_script_enabled=False)
    text = page.locator("article").inner_text()
    assert "asyncio.run(main())" in text
    assert "main coroutine started\nexecuting the task\nmain coroutine done" in text
    assert not page.locator(".example-complete").first.is_visible()


def test_site_works_from_file_urls(new_page: NewPage, site: Path) -> None:
    page = new_page("tutorial/one-task", base=site.as_uri())
    assert "executing the task" in page.locator("article").inner_text()
    page.locator("a.next-page").click()
    assert page.title().startswith("Many tasks")


@pytest.mark.skipif(sys.platform == "win32", reason="no fonts to compare there")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_program_and_output_boxes_are_joined(new_page: NewPage, scheme: str) -> None:
    page = new_page("tutorial/one-task", color_scheme=scheme)
    source = page.locator(".example-source").first.bounding_box()
    output = page.locator(".example-output").first.bounding_box()
    assert source is not None
    assert output is not None
    assert abs(source["y"] + source["height"] - output["y"]) < 2
    assert source["width"] == output["width"]


# -- Search --------------------------------------------------------------------------

# What somebody types, and the page that answers it.
QUESTIONS = {
    "coroutine task sequential": "explanation/coroutine-or-task",
    "fire forget": "howto/fire-and-forget",
    "garbage collected task": "explanation/lifetime",
    "main returns first": "howto/fire-and-forget",
    "exception never retrieved": "howto/handle-exceptions",
    "no running event loop": "tutorial/no-running-event-loop",
    "run() cannot be called from a running event loop": "howto/notebooks-and-repl",
    "create_task or ensure_future which one": "explanation/which-one",
    "task group gather failure": "howto/task-groups",
    "blocking code": "howto/blocking-code",
    "never awaited": "reference/errors",
    "a coroutine was expected": "tutorial/not-a-coroutine",
    "cancel timeout": "howto/cancel-and-timeouts",
    "when does a task run": "explanation/when-a-task-runs",
    "name tasks": "howto/names",
    "collect results": "howto/results",
    "limit how many": "howto/limit",
    "another thread": "howto/from-another-thread",
    "get_event_loop": "reference/versions",
    "cannot reuse already awaited coroutine": "reference/errors",
    "context contextvars": "howto/context",
    "eager": "explanation/eager",
    "inspect running tasks": "howto/inspect",
    "stop a group": "howto/task-groups",
    "uvloop": "howto/uvloop",
    "notebook REPL": "howto/notebooks-and-repl",
    "FastAPI BackgroundTasks": "howto/fire-and-forget",
    "attached to a different loop": "reference/errors",
    "signature": "reference/creating",
    "states": "reference/states",
}


@pytest.mark.parametrize(
    "words",
    slow_but(
        "fire forget",
        "no running event loop",
        "when does a task run",
        "signature",
        of=QUESTIONS,
    ),
)
def test_search_lists_the_answer_among_the_first_three(
    new_page: NewPage, words: str
) -> None:
    page = new_page("search", query=f"?q={words.replace(' ', '+')}")
    page.wait_for_selector("#search-results .search-summary:not(:empty)")
    page.wait_for_selector("#search-results ul.search > li > a")
    page.wait_for_timeout(500)  # results come one after the other
    links = page.eval_on_selector_all(
        "#search-results ul.search > li > a",
        "links => links.map(link => link.pathname)",
    )
    found = [str(link).strip("/").removesuffix(".html") for link in links]
    assert QUESTIONS[words] in list(dict.fromkeys(found))[:3]


@pytest.mark.parametrize(
    ("typed", "meant", "answer"),
    [
        ("gahter", "gather", "howto/results"),
        slow("TaskGruop", "taskgroup", "howto/task-groups"),
        slow("canel", "cancel", "howto/cancel-and-timeouts"),
        slow("create_tsk", "create_task", "tutorial/three-ways"),
    ],
)
def test_search_corrects_a_typo_and_says_so(
    new_page: NewPage, typed: str, meant: str, answer: str
) -> None:
    page = new_page("search", query=f"?q={typed}")
    page.wait_for_selector("#search-results .search-summary:not(:empty)")
    page.wait_for_timeout(500)  # results come one after the other
    note = page.text_content("#search-results [role=status]")
    assert note == f"No page has “{typed}”. Below are pages with “{meant}”."
    links = page.eval_on_selector_all(
        "#search-results ul.search > li > a",
        "links => links.map(link => link.pathname)",
    )
    assert f"/{answer}.html" in links


@pytest.mark.parametrize(
    "words", slow_but("task", of=["gather", "task", "zzzzzzzz", "get"])
)
def test_search_corrects_only_typos(new_page: NewPage, words: str) -> None:
    page = new_page("search", query=f"?q={words}")
    page.wait_for_selector("#search-results .search-summary:not(:empty)")
    assert not page.query_selector("#search-results [role=status]")
