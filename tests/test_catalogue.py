"""All examples as a list, as data and as an archive."""

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from conftest import DOCS, SOURCES, NewPage, Project, command
from site_extensions.feedback_links import commit, report_url

MakeProject = Callable[[str], Project]


@pytest.fixture
def listed(project: MakeProject) -> Project:
    """The basic root, with a page that lists its examples."""
    basic = project("basic")
    basic.write("all.md", "# All\n\n```{example-list}\n```\n")
    basic.write("index.md", basic.read("index.md") + "\n```{toctree}\nall\n```\n")
    return basic


def page(project: Project, name: str) -> BeautifulSoup:
    """A page as it was built."""
    text = project.read(f"_build/html/{name}.html")
    return BeautifulSoup(text, "html.parser")


def test_list_links_to_each_example(listed: Project) -> None:
    assert listed.build("-W").status == 0
    links = page(listed, "all").select("ul.example-list a")
    assert {link.text for link in links} == {"fails.py", "hello.py"}
    for link in links:
        target, _, anchor = str(link["href"]).partition("#")
        (box,) = page(listed, target.removesuffix(".html")).select(f"#{anchor}")
        assert link.text in box.text
    assert "Say hello, and then goodbye." in page(listed, "all").text


def test_list_has_a_heading_for_each_folder(listed: Project) -> None:
    assert listed.build("-W").status == 0
    headings = page(listed, "all").select("h2")
    assert [heading.text.partition("/")[0] for heading in headings] == ["topic"]
    listed.write("examples/more/new.py", "print(1)\n")
    listed.build()
    headings = page(listed, "all").select("h2")
    assert [heading.text.partition("/")[0] for heading in headings] == ["more", "topic"]


def test_the_list_is_written_again_when_a_title_changes(listed: Project) -> None:
    assert listed.build().status == 0
    listed.replace("examples/hello.py", "Say hello", "Say hi")
    assert listed.build().status == 0
    assert "Say hi, and then goodbye." in page(listed, "all").text


def test_unchanged_list_is_not_rewritten(listed: Project) -> None:
    assert listed.build().status == 0
    before = (listed / "_build/html/all.html").stat().st_mtime_ns
    again = listed.build()
    assert again.status == 0
    # No option of the project is touched.
    assert "configuration has changed" not in again.plain
    assert (listed / "_build/html/all.html").stat().st_mtime_ns == before


def test_json_matches_the_pages(listed: Project) -> None:
    assert listed.build("-W").status == 0
    data = json.loads(listed.read("_build/html/examples.json"))
    entries = {entry["file"].rpartition("/")[2]: entry for entry in data}
    hello = entries["hello.py"]
    assert hello["title"] == "Say hello, and then goodbye."
    assert (hello["page"], hello["status"]) == ("index", 0)
    assert hello["output"] in page(listed, "index").text
    assert entries["fails.py"]["status"] == 1


def test_archive_is_runnable_and_reproducible(listed: Project, tmp_path: Path) -> None:
    archive = listed / "_build/html/examples.zip"
    assert listed.build("-W").status == 0
    first = archive.read_bytes()
    archive.unlink()
    listed.write("examples/hello.py", listed.read("examples/hello.py"))  # a new date
    assert listed.build().status == 0
    assert archive.read_bytes() == first
    with zipfile.ZipFile(archive) as files:
        files.extractall(tmp_path)
    done = subprocess.run(
        [sys.executable, "hello.py"],
        cwd=tmp_path / "examples",
        capture_output=True,
        text=True,
    )
    assert done.stdout.endswith("goodbye\n")


@pytest.mark.slow
def test_list_is_written_again_when_a_call_changes(listed: Project) -> None:
    assert listed.build().status == 0
    calls = page(listed, "all").select("ul.example-list span[hidden]")
    assert any("print" in call.text for call in calls)
    listed.write(
        "examples/hello.py", listed.read("examples/hello.py") + "\nfrozenset()\n"
    )
    listed.build()
    assert "frozenset" in str(page(listed, "all").select("ul.example-list")[0])


@pytest.mark.parametrize("builder", ["dirhtml", "text", "latex", "epub"])
def test_every_builder_accepts_the_list(listed: Project, builder: str) -> None:
    done = listed.build("-W", builder=builder)
    assert done.status == 0, done.plain


def test_list_links_on_a_single_page(listed: Project) -> None:
    done = listed.build("-W", builder="singlehtml")
    assert done.status == 0, done.plain
    text = listed.read("_build/singlehtml/index.html")
    found = BeautifulSoup(text, "html.parser")
    for link in found.select("ul.example-list a"):
        (box,) = found.select(str(link["href"]))
        assert link.text in box.text


def test_no_archive_or_json_without_a_list(project: MakeProject) -> None:
    basic = project("basic")
    assert basic.build().status == 0
    assert not list((basic / "_build/html").glob("examples.*"))


# -- Links of each page --------------------------------------------------------------


def test_report_url_names_page_version_and_commit() -> None:
    url = report_url("https://example.org/o/n", "tutorial/one-task", "0.1", "abc")
    assert url.startswith("https://example.org/o/n/issues/new?")
    (body,) = parse_qs(urlsplit(url).query)["body"]
    for words in ("Page: tutorial/one-task", "Version: 0.1", "Commit: abc"):
        assert words in body


def test_the_commit_is_that_of_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_SHA", raising=False)
    done = command(["git", "rev-parse", "HEAD"], Path.cwd())
    assert commit() == (done.out.strip() if done.status == 0 else "unknown")
    monkeypatch.setenv("GITHUB_SHA", "f00")
    assert commit() == "f00"


def test_site_has_an_example_list_and_a_404_page(site: Path) -> None:
    text = (site / "reference" / "examples.html").read_text("utf-8")
    links = BeautifulSoup(text, "html.parser").select("ul.example-list a")
    assert len(links) > 100
    for link in links:
        target, _, anchor = str(link["href"]).partition("#")
        there = (site / "reference" / target).read_text("utf-8")
        assert f'id="{anchor}"' in there
    # Most programs run in the page that shows them, and are marked.
    marks = BeautifulSoup(text, "html.parser").select(".example-runs")
    assert len(links) / 2 < len(marks) < len(links)
    missing = (site / "404.html").read_text("utf-8")
    assert "<h1>Page not found</h1>" in missing
    assert 'href="/_static/styles.css' in missing  # from whatever address it is shown


def test_list_is_filtered_by_name_words_and_calls(new_page: NewPage) -> None:
    page = new_page("reference/examples")
    shown = page.locator(".example-list > li:visible")
    told = page.locator(".example-filter [role=status]")
    total = shown.count()
    page.get_by_label("Filter by name, words or calls").focus()
    page.keyboard.type("asyncio.timeout")
    told.get_by_text(f" of {total} programs").wait_for()
    assert 0 < shown.count() < total / 4
    assert told.inner_text() == f"{shown.count()} of {total} programs"
    sources = {path.name: path for path in (DOCS.parent / "examples").rglob("*.py")}
    for link in shown.locator("code").all_inner_texts():
        assert "asyncio.timeout" in sources[link].read_text("utf-8"), link
    # A heading over nothing is hidden, too.
    for heading in page.locator("article h2:visible").all():
        assert heading.locator("xpath=..").locator("li:visible").count()
    page.keyboard.press("Control+A")
    page.keyboard.type("CREATE many")  # all of the words, in a name or a title
    assert "create_many_tasks.py" in shown.locator("code").all_inner_texts()
    page.keyboard.type(" nothing-is-called-so")
    told.get_by_text(f"0 of {total} programs").wait_for()
    assert shown.count() == 0
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    told.get_by_text(re.compile(rf"^{total} programs$")).wait_for()
    assert shown.count() == total


def test_list_is_filtered_by_what_was_tried(new_page: NewPage) -> None:
    page = new_page("reference/examples")
    shown = page.locator(".example-list > li:visible")
    told = page.locator(".example-filter [role=status]")
    menu = page.get_by_label("and by what it prints")
    menu.select_option("something else on uvloop")
    told.get_by_text(re.compile("^[1-9].* of ")).wait_for()
    cell = page.locator(".example-strip .axis.differs", has_text="uvloop")
    assert shown.count() == shown.filter(has=cell).count() > 0
    page.get_by_label("Filter by name, words or calls").fill("nothing-is-called-so")
    told.get_by_text("0 of ").wait_for()
    assert shown.count() == 0


def test_list_has_no_filter_without_javascript(new_page: NewPage) -> None:
    page = new_page("reference/examples", java_script_enabled=False)
    assert page.locator("article input").count() == 0
    assert page.locator(".example-list > li:visible").count() > 100


def test_llms_txt_has_the_order_of_the_site(site: Path) -> None:
    pages = re.findall(r"\]\((.+)\.md\)", (site / "llms.txt").read_text("utf-8"))
    index = BeautifulSoup((site / "index.html").read_text("utf-8"), "html.parser")
    # For whoever reads pages by program, each leads there, near its top.
    assert index.select('.sidebar-markdown a[href="./llms.txt"]')
    links = index.select(".sidebar-tree a.reference.internal")
    assert pages == ["index", *(str(a["href"]).removesuffix(".html") for a in links)]


def test_each_page_has_a_markdown_version(site: Path) -> None:
    listed = (site / "llms.txt").read_text("utf-8")
    for path in SOURCES:
        name = path.relative_to(DOCS).as_posix()
        text = (site / name).read_text("utf-8")
        assert text.startswith("# ")
        assert f"]({name})" in listed
        assert "<a " not in text
        assert "<pre" not in text  # its programs can be read and copied
    text = (site / "tutorial" / "many-tasks.md").read_text("utf-8")
    assert "```python\n" in text
    assert "**What " in text  # the question, and under it the answer
    html = (site / "tutorial" / "one-task.html").read_text("utf-8")
    assert "scrapy" not in html


def test_the_data_has_the_recorded_order(project: Callable[[str], Project]) -> None:
    basic = project("basic")
    block = '# /// script\n# [tool.example-output]\n# order = "varies"\n# ///\n'
    basic.write("examples/varies.py", f"{block}print('a')\nprint('b')\n")
    recorded = "$ python varies.py\nb\na\n[order varies: 2 orders in 5 runs]\n"
    basic.write("examples/varies.out", recorded)
    more = "\n```{example} varies.py\n```\n\n```{example-list}\n```\n"
    basic.write("index.md", basic.read("index.md") + more)
    assert basic.build("-W").status == 0
    entries = json.loads(basic.read("_build/html/examples.json"))
    (output,) = [e["output"] for e in entries if e["file"] == "varies.py"]
    assert output == "b\na\n"
