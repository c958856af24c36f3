"""The site in a real browser: copying, narrow screens, no script, no server."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import REPOSITORY, NewPage, slow

if TYPE_CHECKING:
    from playwright.sync_api import Page


PAGES = ["index", "tutorial/three-ways", "tutorial/no-running-event-loop"]


def copied(page: "Page", box: str) -> str:
    """What the copy button in a box puts on the clipboard."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = page.locator(f"{box} button.copybtn").first
    button.hover()
    button.click()
    page.locator(f"{box} button.copybtn.success").wait_for()
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


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_screen(new_page: NewPage, name: str) -> None:
    page = new_page(name)
    for width in (1280, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        excess = "document.documentElement.scrollWidth - innerWidth"
        assert page.evaluate(excess) <= 0, width


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
    assert page.title().startswith("Three ways")


@pytest.mark.skipif(sys.platform == "win32", reason="no fonts to compare there")
def test_program_and_output_boxes_are_joined(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        source = page.locator(".example-source").first.bounding_box()
        output = page.locator(".example-output").first.bounding_box()
        assert source is not None
        assert output is not None
        assert abs(source["y"] + source["height"] - output["y"]) < 2
        assert source["width"] == output["width"]
