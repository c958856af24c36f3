"""Links from names of the standard library to Python's documentation."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx.util.inventory import InventoryFile

from conftest import REPOSITORY, SOURCES, Project, parsed
from site_extensions.api_links import candidates

PYTHON = "https://docs.python.org/3"
INVENTORY = REPOSITORY / "docs" / "_inventory" / "python.inv"


@pytest.fixture(scope="module")
def documented() -> dict[str, str]:
    """Where each name of the inventory is documented."""
    inventory = InventoryFile.loads(INVENTORY.read_bytes(), uri=PYTHON)
    return {
        name: item.uri
        for kind, names in inventory.data.items()
        if kind.startswith("py:")
        for name, item in names.items()
    }


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("asyncio.create_task()", "asyncio.create_task"),
        ("asyncio.create_task", "asyncio.create_task"),
        ("await asyncio.sleep(1)", "asyncio.sleep"),
        ("asyncio.run(main(), debug=True)", "asyncio.run"),
        ("gather()", "asyncio.gather"),
        ("Task", "asyncio.Task"),
        ("TaskGroup.create_task()", "asyncio.TaskGroup.create_task"),
        ("task.cancel()", "asyncio.Task.cancel"),
        ("tg.create_task()", "asyncio.TaskGroup.create_task"),
        ("loop.call_soon(print)", "asyncio.loop.call_soon"),
        ("cancel()", "asyncio.Task.cancel"),
        ("TypeError", "TypeError"),
        ("time.sleep(0.3)", "time.sleep"),
        ("result(timeout=1)", None),  # not a task's: that takes no argument
        ("main()", None),
        ("wait", None),  # a word
        ("task", None),
        ("await task", None),
        ("task.cancel", "asyncio.Task.cancel"),
        ("asyncio.no_such_name()", None),
        ("x = asyncio.Queue()", None),
        ("", None),
    ],
)
def test_inline_code_resolves_to_a_documented_name(
    documented: dict[str, str], text: str, name: str | None
) -> None:
    found = (documented.get(one) for one in candidates(text))
    assert next(filter(None, found), None) == (documented[name] if name else None)


def test_library_names_in_prose_are_links(
    site: Path, documented: dict[str, str]
) -> None:
    read = 0
    for path in sorted(site.rglob("*.html")):
        for code in parsed(path).select(
            "article p code.literal, article li code.literal"
        ):
            if "predict-line" in code["class"]:
                # A choice of a question is a line of a program, and no link.
                assert not code.find_parent("a"), f"{path.name}: {code.text} is a link"
                continue
            if code.find_parent(["a", "h1", "h2", "h3", "dt"]):
                continue
            names = [name for name in candidates(code.text) if name in documented]
            assert not names, f"{path.name}: {code.text} is no link"
            read += 1
    assert read > 100  # the pattern still finds names that are no links


def test_links_to_names_are_in_the_inventory(
    documented: dict[str, str],
) -> None:
    known = set(documented.values())
    modules = ("asyncio", "concurrent", "contextvars", "threading", "time")
    found = 0
    for path in SOURCES:
        for link in re.findall(rf"{PYTHON}/library/[^)\s]+#[\w.]+", path.read_text()):
            if link.partition("#")[2].startswith(tuple(f"{m}." for m in modules)):
                assert link in known, f"{path.name}: {link}"
                found += 1
    assert found > 50  # the pattern still finds them


def test_names_in_programs_are_links(site: Path) -> None:
    text = (site / "tutorial" / "one-task.html").read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    links = {a["href"] for a in page.select("pre a.sphinx-codeautolink-a")}
    task = f"{PYTHON}/library/asyncio-task.html"
    assert {f"{task}#asyncio.create_task", f"{task}#asyncio.sleep"} <= links


@pytest.mark.slow
def test_rewritten_page_keeps_its_links(
    project: Callable[[str], Project],
) -> None:
    basic = project("basic")
    more = (
        '\nextensions += ["site_extensions.api_links", "site_extensions.code_links"]\n'
    )
    more += f"intersphinx_mapping = {{'python': ({PYTHON!r}, {str(INVENTORY)!r})}}\n"
    basic.write("conf.py", basic.read("conf.py") + more)
    source = "import asyncio\n\nasyncio.run(asyncio.sleep(0))\nprint('hello')\n"
    basic.write("examples/hello.py", source)
    basic.write("examples/hello.out", "$ python hello.py\nhello\n")

    def links() -> int:
        done = basic.build("-W")
        assert done.status == 0, done.plain
        return basic.html().count("sphinx-codeautolink-a")

    first = links()
    assert first > 0
    # Its text is the same, and only what it shows has changed.
    basic.write("examples/hello.py", f"{source}# more\n")
    assert links() == first
    assert "# more" in basic.html()
    basic.write("examples/hello.py", f"{source}print('more')\n")
    basic.write("examples/hello.out", "$ python hello.py\nhello\nmore\n")
    assert links() == first
    assert links() == first  # nothing is written, and nothing linked twice
    # A template has changed, so that all pages are written, and none is read.
    (basic / "_templates").mkdir()
    basic.write("_templates/page.html", '{% extends "!page.html" %}')
    assert basic.build("-W", "-D", "templates_path=_templates").status == 0
    assert basic.html().count("sphinx-codeautolink-a") == first
    # Several processes share out many pages.
    for number in range(8):
        page = f":orphan:\n\nPage\n====\n\n.. example:: hello.py\n\n{number}\n"
        basic.write(f"page{number}.rst", page)
    assert basic.build("-W", "-j", "2").status == 0
    found = [
        basic.html(f"page{number}").count("sphinx-codeautolink-a")
        for number in range(8)
    ]
    assert found == [first] * 8


def test_inventory_is_a_local_file() -> None:
    conf = (REPOSITORY / "conf.py").read_text("utf-8")
    assert '("https://docs.python.org/3", "_inventory/python.inv")' in conf
    assert INVENTORY.read_text("utf-8").startswith("# Sphinx inventory version 1\n")
