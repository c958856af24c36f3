"""Accessibility of the site: keyboard, screen reader, large type, print."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python  # type: ignore[import-untyped]
import pytest

from conftest import PAGES, NewPage, slow_but

if TYPE_CHECKING:
    from playwright.sync_api import Page

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
NAMES = [*PAGES, "404", "genindex", "search"]
# One of each kind: a page of programs, one of tables, one that a script writes.
KINDS = ["tutorial/one-task", "reference/states", "search"]
WIDTHS = [320, 390, 1280]
DRAWERS = ["site-drawer", "page-drawer"]


def faults(page: "Page", rules: str = "{}", place: str = "document") -> list[str]:
    """What axe finds, best practices included."""
    found: list[dict[str, Any]] = page.evaluate(
        f"""axe.run({place}, {{resultTypes: ["violations"], ...{rules}}})
            .then(result => result.violations)"""
    )
    return [
        f"{fault['id']}: {node['html']}: {node['failureSummary']}"
        for fault in found
        for node in fault["nodes"]
    ]


PAINTED = """new Promise(
    (done) => requestAnimationFrame(() => requestAnimationFrame(done))
)"""


def button(page: "Page", drawer: str) -> "Any":
    """The button that opens a drawer at this width, if there is one."""
    return page.locator(f"button[aria-controls={drawer}]:visible").first


# What depends on the colours alone takes nine tenths of the time.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
ONLY_COLOURS = json.dumps({"runOnly": OF_COLOURS})
NO_COLOURS = json.dumps({"rules": {rule: {"enabled": False} for rule in OF_COLOURS}})
# One element of all whose text looks the same, before the same background, but
# none of a look that is known: most words are the same few kinds of words in programs.
ONE_OF_EACH_LOOK = """(known) => {
  const behind = new Map();
  const backdrop = (one) => {
    if (!one) return "";
    if (!behind.has(one)) {
      const own = getComputedStyle(one);
      const all = [own.opacity, own.backgroundColor, own.backgroundImage, own.filter,
        own.position, own.mixBlendMode, own.clipPath].join();
      const further = backdrop(one.parentElement);
      behind.set(one, further.endsWith(all) ? further : `${further} > ${all}`);
    }
    return behind.get(one);
  };
  const look = (one) => [one, one.parentElement].map((each) => {
    const own = getComputedStyle(each);
    return [own.color, own.fontSize, own.fontWeight, own.textShadow,
      own.textDecoration, own.display, each.localName === "a"];
  }).join() + backdrop(one);
  const found = new Map();
  for (const one of document.querySelectorAll("body *")) {
    const has_text = [...one.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!has_text) continue;
    const key = look(one);
    if (!found.has(key)) found.set(key, one);
  }
  for (const one of known) found.delete(one);
  window.looks = {include: [...found.values()]};
  return [...found.keys()];
}"""
# Those that this process has found nothing wrong with.
PROVEN: set[str] = set()


def faulty_colours(page: "Page", proven: set[str]) -> list[str]:
    """What axe finds wrong with the colours of each look.

    :param proven: looks that need no second proof; those without a fault are added.
    """
    looks: list[str] = page.evaluate(ONE_OF_EACH_LOOK, sorted(proven))
    found = faults(page, ONLY_COLOURS, "looks") if looks else []
    if not found:
        proven.update(looks)
    return found


def all_faults(page: "Page") -> list[str]:
    """What axe finds, without looks that this process has found nothing wrong with."""
    return faults(page, NO_COLOURS) + faulty_colours(page, PROVEN)


def open_at(page: "Page", width: int) -> None:
    """Resize the page, and wait until its script has reacted."""
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate(PAINTED)


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_nothing_at_any_width(new_page: NewPage, name: str) -> None:
    page = new_page(name, reduced_motion="reduce")
    page.evaluate(AXE)
    for width in WIDTHS:
        open_at(page, width)
        for drawer in ["", *DRAWERS] if width > 320 else [""]:
            if drawer and not button(page, drawer).count():
                continue  # at this width it is no drawer
            if drawer:
                button(page, drawer).click()
            page.emulate_media(color_scheme="light")
            assert all_faults(page) == [], f"{width} px, {drawer or 'closed'}"
            page.emulate_media(color_scheme="dark")
            assert faulty_colours(page, PROVEN) == [], f"{width} px, {drawer}, dark"
            page.keyboard.press("Escape")


@pytest.mark.parametrize("name", slow_but(*KINDS, of=NAMES))
def test_axe_finds_nothing_on_any_page(new_page: NewPage, name: str) -> None:
    # Colours are the same at every width, and so are the drawers on every page.
    page = new_page(name, reduced_motion="reduce", color_scheme="light")
    page.evaluate(AXE)
    if name in KINDS:
        open_at(page, 390)
        assert faults(page, NO_COLOURS) == [], "390 px"
    open_at(page, 1280)
    assert all_faults(page) == [], "1280 px"
    page.emulate_media(color_scheme="dark")
    assert faulty_colours(page, PROVEN) == [], "1280 px, dark"
    open_at(page, 320)
    assert too_wide(page) == []


@pytest.mark.slow
def test_colours_of_one_of_each_look_are_those_of_all(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", color_scheme="light")
    page.evaluate(AXE)
    open_at(page, 1280)
    for selector in (".highlight .k", ".example-output pre", "p > a", "article p"):
        page.add_style_tag(content=f"{selector} {{ color: #ddd !important }}")
        of_all, found = faults(page, ONLY_COLOURS), faulty_colours(page, set())
        assert 0 < len(found) <= len(of_all), selector
        page.evaluate("document.querySelector('head > style:last-child').remove()")


def test_landmarks_missing_from_the_theme_are_added(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", viewport={"width": 320, "height": 900})
    for selector in (
        "aside#site-drawer[aria-label=Site]",
        "aside#page-drawer[aria-label='On this page']",
        "[role=region][aria-label='Page tools']",
        "nav.related-pages",
        "nav[aria-label] > a.back-to-top",
        ".sidebar-tree [role=heading][aria-level='2']",
    ):
        assert page.locator(selector).count(), selector
    assert page.locator("button.nav-overlay-icon[aria-controls=site-drawer]").count()
    assert (
        page.locator("button.toc-overlay-icon[aria-controls=page-drawer]").count() == 2
    )


# -- Large type, narrow screens ------------------------------------------------------

# WCAG 2.2, 1.4.12
SPACING = """* {
  line-height: 1.5 !important;
  letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important;
}
p { margin-bottom: 2em !important; }"""


LARGE = "html { font-size: 200% !important }"


def too_wide(page: "Page") -> list[str]:
    """The styles with which the page is wider than the screen."""
    excess = "document.documentElement.scrollWidth - innerWidth"
    found = []
    for style in ("/* as it is */", SPACING, LARGE):
        page.add_style_tag(content=style)
        if page.evaluate(excess) > 0:
            found.append(style)
        page.evaluate("document.querySelectorAll('style').forEach(s => s.remove())")
    return found


# -- By keyboard ---------------------------------------------------------------------


def walk(page: "Page", steps: int = 400) -> Iterator[dict[str, Any]]:
    """Press Tab through the whole page; yield each stop."""
    for _ in range(steps):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            """() => {
              const one = document.activeElement;
              if (one === document.body) return null;
              const box = one.getBoundingClientRect();
              const style = getComputedStyle(one);
              return {
                html: one.outerHTML.slice(0, 120),
                seen: box.width > 0 && box.height > 0 && box.right > 0
                  && box.left < innerWidth && style.visibility === "visible",
                ring: style.outlineStyle !== "none" || style.boxShadow !== "none",
                opacity: Number(style.opacity),
              };
            }"""
        )
        if stop is None:
            return
        yield stop
    pytest.fail(f"no end after {steps} stops")


@pytest.mark.parametrize("width", slow_but(390, of=[390, 1280]))
@pytest.mark.parametrize(
    "name",
    slow_but("tutorial/one-task", of=["index", "tutorial/one-task", "howto/results"]),
)
def test_focus_is_visible_at_every_tab_stop(
    new_page: NewPage, name: str, width: int
) -> None:
    page = new_page(
        name, viewport={"width": width, "height": 900}, reduced_motion="reduce"
    )
    stops = list(walk(page))
    assert len(stops) > 15
    for stop in stops:
        assert stop["seen"], stop
        assert stop["ring"], stop
        assert stop["opacity"] > 0.5, stop


@pytest.mark.parametrize("drawer", slow_but("site-drawer", of=DRAWERS))
def test_a_drawer_opens_and_closes_by_keyboard(new_page: NewPage, drawer: str) -> None:
    page = new_page(
        "tutorial/one-task",
        viewport={"width": 390, "height": 900},
        reduced_motion="reduce",
    )
    opener = button(page, drawer)
    opener.focus()
    assert not page.locator(f"#{drawer}").is_visible()
    page.keyboard.press("Enter")
    assert opener.get_attribute("aria-expanded") == "true"
    within = f"document.activeElement.closest('#{drawer}') !== null"
    assert page.evaluate(within)
    page.keyboard.press("Tab")
    # Not to what lies under it.
    assert not page.evaluate("document.activeElement.closest('.content') !== null")
    page.keyboard.press("Escape")
    assert opener.get_attribute("aria-expanded") == "false"
    assert not page.locator(f"#{drawer}").is_visible()
    assert opener.evaluate("element => element === document.activeElement")


def test_drawers_open_without_javascript(new_page: NewPage) -> None:
    page = new_page(
        "tutorial/one-task",
        viewport={"width": 390, "height": 900},
        java_script_enabled=False,
    )
    assert not page.locator("#site-drawer").is_visible()
    page.locator("label.nav-overlay-icon").click()
    page.locator("#site-drawer a.sidebar-brand").wait_for(state="visible")


def test_keyboard_shortcuts_navigate_the_site(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/three-ways.html")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/one-task.html")
    page.keyboard.press("?")
    assert page.locator("dialog#keys").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("dialog#keys").is_visible()
    for key in ("/", "Control+k"):
        page.keyboard.press(key)
        page.locator("#search-box input").wait_for()
        assert page.evaluate("document.activeElement.name") == "search"
        page.keyboard.press("Escape")
        page.locator("#search-box").wait_for(state="hidden")
    # Where one writes, a key is a letter.
    page.keyboard.press("/")
    page.keyboard.type("a/b?")
    page.keyboard.press("ArrowLeft")
    assert page.locator("#search-box input").input_value() == "a/b?"
    assert not page.locator("dialog#keys").is_visible()
    assert page.url.endswith("/one-task.html")


def test_single_keys_can_be_turned_off(new_page: NewPage) -> None:
    # WCAG 2.2, 2.1.4
    page = new_page("tutorial/one-task")
    page.keyboard.press("?")
    page.get_by_label("Single keys").uncheck()
    page.keyboard.press("Escape")
    page.reload()
    for key in ("?", "/", "ArrowRight"):
        page.keyboard.press(key)
    assert not page.locator("dialog#keys").is_visible()
    assert page.evaluate("document.activeElement === document.body")
    page.wait_for_timeout(200)
    assert page.url.endswith("/one-task.html")
    page.keyboard.press("Control+k")
    page.locator("#search-box input").wait_for()
    page.keyboard.press("Escape")
    page.locator("#search-box").wait_for(state="hidden")
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Single keys").check()
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/three-ways.html")


def test_search_opens_on_a_phone(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", viewport={"width": 390, "height": 900})
    page.keyboard.press("/")
    page.locator("#search-box input").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Search").click()
    page.locator("#search-box input").wait_for()


@pytest.mark.parametrize("width", slow_but(390, of=[390, 1280]))
def test_axe_finds_nothing_in_the_search_box(new_page: NewPage, width: int) -> None:
    page = new_page("tutorial/one-task", reduced_motion="reduce")
    page.evaluate(AXE)
    open_at(page, width)
    page.keyboard.press("/")
    page.locator("#search-box input").fill("cancel")
    page.locator("#search-box [aria-selected=true]").wait_for()
    page.emulate_media(color_scheme="light")
    assert all_faults(page) == []
    page.emulate_media(color_scheme="dark")
    assert faulty_colours(page, PROVEN) == []


def test_copying_is_announced_to_screen_readers(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = page.locator("button.copybtn").first
    copy.focus()
    size = copy.bounding_box()
    assert size is not None
    assert min(size["width"], size["height"]) >= 24
    page.keyboard.press("Enter")
    page.locator("#spoken:not(:empty)").wait_for(state="attached")
    assert page.locator("#spoken").text_content() == "Copied!"


@pytest.mark.parametrize("secure", [True, False])
def test_a_page_is_copied_as_markdown(new_page: NewPage, *, secure: bool) -> None:
    page = new_page("tutorial/one-task")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        "window.read = navigator.clipboard.readText.bind(navigator.clipboard)"
    )
    if not secure:  # as on http from another machine
        script = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"
        page.evaluate(script)
    page.locator("button.copy-page").click()
    page.locator("#spoken:not(:empty)").wait_for(state="attached")
    assert page.locator("#spoken").text_content() == "Page copied"
    text = str(page.evaluate("read()"))
    assert text.startswith("# One task\n")
    assert "```python\n" in text
    assert "main coroutine started\nexecuting the task\nmain coroutine done" in text


@pytest.mark.parametrize("width", [390, 1280])
def test_only_scrollable_code_is_a_tab_stop(new_page: NewPage, width: int) -> None:
    page = new_page("reference/errors", viewport={"width": width, "height": 900})
    # What is folded is looked at once the reader opens it.
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    page.evaluate(PAINTED)
    wrong = page.evaluate(
        """() => [...document.querySelectorAll(".highlight pre")]
          .filter(pre => (pre.scrollWidth > pre.clientWidth + 1)
            !== (pre.tabIndex === 0 && !!pre.getAttribute("aria-label")))
          .map(pre => pre.textContent)"""
    )
    assert wrong == []


# -- Places, paper -------------------------------------------------------------------


def test_programs_and_outputs_have_permalinks(new_page: NewPage) -> None:
    page = new_page("tutorial/three-ways")
    for box in page.locator(".example-source, .example-output").all():
        link = box.locator("a.example-link")
        assert link.count() <= 1
        if link.count():
            target = str(link.get_attribute("href")).removeprefix("#")
            assert box.get_attribute("id") == target
    assert page.locator(".example-source a.example-link").count() >= 3
    assert page.locator(".example-output a.example-link").count() >= 2


def test_print_cuts_off_no_code_and_opens_all_details(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not([open])").count() == 0
    cut = page.evaluate(
        """() => [...document.querySelectorAll(".highlight pre")]
          .filter(pre => pre.scrollWidth > pre.clientWidth + 1).length"""
    )
    assert cut == 0
    assert not page.locator(".copybtn").first.is_visible()
    assert not page.locator("aside#site-drawer").is_visible()
