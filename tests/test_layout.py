"""Where things are: measured in a browser, by what is visible."""

import itertools
from typing import TYPE_CHECKING, Any

import pytest

from conftest import NewPage, slow, slow_but, wait_until
from test_accessibility import open_at

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAGES = [
    "index",
    "tutorial/one-task",
    "tutorial/many-tasks",
    "howto/blocking-code",
    "howto/cancel-and-timeouts",
    "reference/errors",
    "reference/examples",
    "404",
]
WIDTHS = [390, 768, 1280, 1920]

# What can be used, and what is read, as boxes: those that overlap, and those that are
# not whole.  Boxes within each other, or within what scrolls, do not count.
CLASHES = """() => {
  const rows = [];
  const seen = (one) => one.checkVisibility({
    opacityProperty: true, visibilityProperty: true,
  }) && one.getClientRects().length;
  const name = (one) => `${one.localName}.${one.className} ${one.textContent.trim()}`;
  const within = `article a, article button, article select, .mobile-header button,
    .content-icon-container button, .example-bar > *, .example-actions > *,
    .related-pages a`;
  const every = [...new Set(document.querySelectorAll(within))].filter(
    (one) => seen(one) && !one.closest("svg, .highlight pre, [popover]")
      && getComputedStyle(one).clipPath === "none");
  const boxes = every.map((one) => [one, [...one.getClientRects()]]);
  for (const [index, [one, some]] of boxes.entries()) {
    for (const [other, others] of boxes.slice(index + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const clash = some.some((a) => others.some((b) =>
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1));
      if (clash) rows.push(`${name(one)} / ${name(other)}`);
    }
  }
  return rows;
}"""
BOX = """(selector) => [...document.querySelectorAll(selector)]
  .filter((one) => one.checkVisibility() && one.getClientRects().length)
  .map((one) => {
    const { left, top, right, bottom, width, height } = one.getBoundingClientRect();
    return { left, top, right, bottom, width, height };
  })"""


def boxes(page: "Page", selector: str) -> list[dict[str, float]]:
    """The boxes of what is visible."""
    found: list[dict[str, float]] = page.evaluate(BOX, selector)
    return found


def whole(box: Any) -> dict[str, float]:
    """The box of what has to be visible."""
    assert box is not None
    return dict(box)


def at(new_page: NewPage, name: str, width: int, **options: Any) -> "Page":
    """A page in a window of this width."""
    return new_page(name, viewport={"width": width, "height": 900}, **options)


@pytest.mark.parametrize("name", slow_but("tutorial/one-task", of=PAGES))
def test_nothing_overlaps_and_nothing_is_cut_off(new_page: NewPage, name: str) -> None:
    page = at(new_page, name, WIDTHS[0])
    for width in WIDTHS:
        open_at(page, width)
        assert page.evaluate(CLASHES) == [], width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for box in boxes(page, "article .example, article .example-bar > *"):
            assert box["left"] >= 0
            assert box["right"] <= width
        # Text is comfortable to read; on very wide pages letters are larger.
        rem = page.evaluate(
            "parseFloat(getComputedStyle(document.documentElement).fontSize)"
        )
        text = "article p:not(.example-bar, .timeline-key, .start p), article li"
        for box in boxes(page, text):
            assert box["width"] <= 42 * rem + 1, width


def test_contents_are_beside_the_text_from_1200_pixels_on(new_page: NewPage) -> None:
    page = at(new_page, "reference/errors", 1280)
    (contents,) = boxes(page, ".toc-tree")
    (text,) = boxes(page, "article")
    (pages,) = boxes(page, ".sidebar-drawer")
    assert pages["left"] == 0
    assert pages["right"] <= text["left"]
    assert text["right"] <= contents["left"]
    assert contents["right"] <= 1280
    assert not page.locator("button.toc-overlay-icon").first.is_visible()
    page.set_viewport_size({"width": 1100, "height": 900})
    assert page.locator(".toc-content-icon:visible").count() == 1


@pytest.mark.parametrize(
    ("name", "width"), [slow("howto/cancel-and-timeouts", 1920), ("index", 1280)]
)
def test_program_is_beside_its_picture_on_a_wide_page(
    new_page: NewPage, name: str, width: int
) -> None:
    page = at(new_page, name, width)
    box = page.locator(".example").first
    program, output, picture = (
        box.locator(f"> .example-{part}") for part in ("source", "output", "timeline")
    )
    places = [part.bounding_box() for part in (program, output, picture)]
    left, right, under = map(whole, places)
    assert left["x"] + left["width"] <= right["x"] == under["x"]
    assert left["y"] == right["y"]
    assert right["y"] + right["height"] <= under["y"]
    assert all(place["y"] + place["height"] <= 900 for place in (right, under))
    # It stays in view while what it did is scrolled through.
    output.evaluate("output => output.style.minHeight = '1500px'")
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 400)
    assert wait_until(lambda: page.evaluate("scrollY") > 300)
    assert 0 <= whole(program.bounding_box())["y"] < 30


def test_icons_at_the_top_are_apart(new_page: NewPage) -> None:
    page = at(new_page, "tutorial/one-task", 1280)
    for width in (1280, 768, 390):
        open_at(page, width)
        icons = boxes(page, ".theme-toggle, button.toc-overlay-icon")
        for one, other in itertools.pairwise(icons):
            assert one["right"] + 4 <= other["left"]
        assert all(min(icon["width"], icon["height"]) >= 24 for icon in icons)


@pytest.mark.parametrize(
    "name",
    slow_but("reference/errors", of=["howto/uvloop", "reference/errors", "index"]),
)
def test_current_page_is_in_view_in_the_list_of_pages(
    new_page: NewPage, name: str
) -> None:
    page = at(new_page, name, 1280)
    assert page.evaluate("scrollY") == 0
    current = boxes(page, ".sidebar-tree .current-page")
    assert len(current) == (name != "index")
    for box in current:
        assert 100 < box["top"] < box["bottom"] < 900


def test_page_says_where_it_is_and_what_comes_next(new_page: NewPage) -> None:
    page = at(new_page, "tutorial/one-task", 1280)
    (place,) = boxes(page, "article .position")
    (title,) = boxes(page, "article h1")
    assert page.locator("article .position").inner_text() == "Tutorial · 2 of 10"
    assert place["bottom"] <= title["top"]
    numbers = page.locator(".sidebar-tree > .caption:has-text('Tutorial') + ul a")
    assert numbers.count() == 10
    number = "link => getComputedStyle(link, '::before').content"
    assert "counter" in numbers.nth(1).evaluate(number)
    page.get_by_role("link", name="Next Three ways to create a Task").click()
    page.wait_for_url("**/three-ways.html")


@pytest.mark.parametrize("width", [390, 1280])
def test_link_to_a_line_shows_the_line(new_page: NewPage, width: int) -> None:
    page = at(new_page, "tutorial/many-tasks", width, reduced_motion="reduce")
    page.locator(".example-timeline svg a:visible").first.focus()
    page.keyboard.press("Enter")
    assert wait_until(lambda: "#" in str(page.evaluate("location.href")))
    page.wait_for_timeout(200)
    line = page.evaluate("location.hash")
    (box,) = boxes(page, line)
    (top,) = boxes(page, ".mobile-header") or [{"bottom": 0}]
    assert box["top"] >= top["bottom"] + 8
    assert box["bottom"] < 900


def test_one_filled_button_and_one_copy_button(new_page: NewPage) -> None:
    page = at(new_page, "tutorial/one-task", 1280)
    box = page.locator(".example-source").first
    bar = whole(box.locator(".example-bar").bounding_box())
    run = box.get_by_role("button", name="Run create_task.py")
    edit = box.get_by_role("button", name="Edit create_task.py")
    copy = box.locator(".copybtn")
    download = box.get_by_role("link", name="Download create_task.py")
    colours = [
        part.evaluate("part => getComputedStyle(part).backgroundColor")
        for part in (run, edit)
    ]
    assert colours[0] != colours[1]
    assert copy.count() == 1
    for part in (run, edit, download, copy):
        place = whole(part.bounding_box())
        assert place["y"] >= bar["y"]
        assert place["y"] + place["height"] <= bar["y"] + bar["height"]
        assert min(place["width"], place["height"]) >= 24
    # An icon says its name to who looks at it.
    download.hover()
    tip = download.evaluate(
        "link => ['content', 'opacity'].map("
        "(name) => getComputedStyle(link, '::after')[name])"
    )
    assert tip == ['"Download"', "1"]


@pytest.mark.parametrize("width", [320, slow(1280)])
def test_strip_leads_to_what_differs(new_page: NewPage, width: int) -> None:
    page = at(new_page, "explanation/when-a-task-runs", width)
    strip = page.locator("#output-main-returns .example-strip")
    names = ["3.11", "3.12", "3.13", "3.14", "3.15", "uvloop", "eager"]
    items = strip.get_by_role("listitem")
    assert [text.split()[0] for text in items.all_inner_texts()] == names
    # For who cannot see the marks.
    assert items.nth(0).text_content() == "3.11 same"
    for item in items.all():
        box = whole(item.bounding_box())
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    strip.get_by_role("link", name="uvloop differs").click()
    there = page.locator(":target")
    assert there.get_by_text(
        "On uvloop, tried on Python 3.12: 1 more line."
    ).is_visible()
    assert "save: part 2" in there.locator("pre").inner_text()


@pytest.mark.parametrize("width", [390, 1280])
def test_list_of_keys_is_in_two_columns(new_page: NewPage, width: int) -> None:
    page = at(new_page, "tutorial/one-task", width)
    page.get_by_role("button", name="Keys").click()
    (dialog,) = boxes(page, "#keys")
    (title,) = boxes(page, "#keys h2")
    assert title["top"] - dialog["top"] < 30
    assert page.locator("#keys").get_by_text("Enter").is_visible()
    keys, deeds = boxes(page, "#keys dt"), boxes(page, "#keys dd")
    assert len(keys) == len(deeds) == 6
    for side in ("left", "right"):
        assert len({round(box[side]) for box in keys}) == 1
    assert len({round(box["left"]) for box in deeds}) == 1
    assert dialog["left"] >= 0
    assert dialog["right"] <= width


def test_home_begins_with_the_program_and_ways_on(new_page: NewPage) -> None:
    page = at(new_page, "index", 1280)
    (title,) = boxes(page, "h1")
    assert title["height"] < 60  # one line
    run = page.get_by_role("button", name="Run create_task.py")
    assert whole(run.bounding_box())["y"] < 250
    for words, there in (("Start: What a Task is", "what-is"), ("error", "errors")):
        link = page.locator(".start").get_by_role("link", name=words)
        assert whole(link.bounding_box())["y"] < 900
        assert there in str(link.get_attribute("href"))


def test_errors_begin_with_a_list_and_a_program_that_runs(new_page: NewPage) -> None:
    page = at(new_page, "reference/errors", 1280, reduced_motion="reduce")
    links = page.locator(".contents a")
    assert links.count() == page.locator("article h2").count()
    links.nth(1).click()
    heading = page.locator("article h2").nth(1)
    assert wait_until(lambda: page.evaluate("scrollY") > 0)
    assert 0 <= whole(heading.bounding_box())["y"] < 200
    first = page.locator(".example-source").first
    assert first.get_by_role("button", name="Run").count() == 1
    # The fix is a click away.
    fixed = page.locator("details", has_text="coroutine_handed_over.py")
    assert not fixed.locator(".highlight").first.is_visible()
    fixed.locator("> summary").click()
    assert fixed.locator(".highlight").first.is_visible()


def test_page_not_found_leads_on(new_page: NewPage) -> None:
    page = at(new_page, "404", 390)
    links = page.locator("article li a")
    assert links.count() >= 4
    assert all(link.is_visible() for link in links.all())
    assert "/tutorial/what-is-a-task.html" in str(links.nth(2).get_attribute("href"))
