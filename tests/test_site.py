"""The site as readers get it, built from scratch with warnings as errors."""

import pickle
import re
import shutil
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx import addnodes

from conftest import DOCS, PAGES, REPOSITORY, command, parsed
from example_output.exercise import RIGHT, WRONG
from example_output.pages.nodes import output_placeholder

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

TUTORIAL = [
    "what-is-a-task",
    "one-task",
    "three-ways",
    "what-creating-does",
    "many-tasks",
    "ensure-future",
    "loop-create-task",
    "no-running-event-loop",
    "not-a-coroutine",
    "takeaways",
]


@pytest.fixture(scope="session")
def doctrees(site: Path) -> dict[str, nodes.document]:
    """The pages as Sphinx has read them."""
    return {
        page: pickle.loads((site.parent / "doctrees" / f"{page}.doctree").read_bytes())
        for page in PAGES
    }


@pytest.fixture(scope="session")
def soups(site: Path) -> dict[str, BeautifulSoup]:
    """The pages as they were written."""
    return {page: parsed(site / f"{page}.html") for page in PAGES}


@pytest.fixture(scope="session")
def ids(soups: dict[str, BeautifulSoup]) -> dict[str, list[str]]:
    """The anchors of each page."""
    return {
        page: [str(tag["id"]) for tag in soup.select("[id]")]
        for page, soup in soups.items()
    }


@pytest.fixture
def copied(site: Path, tmp_path: Path) -> Path:
    """A copy of the pages, to be built again: other tests read the site meanwhile."""
    return shutil.copytree(site.parent, tmp_path / "site") / "html"


@pytest.mark.slow
def test_a_second_build_runs_nothing(copied: Path) -> None:
    done = command(site_command(copied), REPOSITORY)
    assert done.status == 0
    assert re.search(r"examples: 0 run, \d+ unchanged, 0 drifted", done.plain)


@pytest.mark.slow
@pytest.mark.parametrize(
    # The EPUB is built, and checked, in test_standards.py; with all others, small
    # projects are in test_authors.py.
    "builder",
    ["text", "latex"],
)
def test_other_builders_give_no_warnings(copied: Path, builder: str) -> None:
    words = [*site_command(copied)[:-1], str(copied.parent / builder), "-b", builder]
    done = command(words, REPOSITORY)
    assert done.status == 0, done.plain
    assert re.search(r"examples: 0 run, \d+ unchanged, 0 drifted", done.plain)


def site_command(site: Path) -> list[str]:
    """The command with which the fixture built the site."""
    places = ["-d", str(site.parent / "doctrees"), "docs", str(site)]
    return [sys.executable, "-m", "sphinx", "-n", "-W", "-c", ".", *places]


def some(found: Mapping[str, Collection[str]]) -> dict[str, Collection[str]]:
    """The pages on which there is something."""
    return {page: faults for page, faults in found.items() if faults}


# -- Content -------------------------------------------------------------------------


def outputs(soup: BeautifulSoup, command: str) -> list[tuple[str, str, list[str]]]:
    """The boxes of one command: its Python, its text, its notes."""
    found = []
    for box in soup.select(".example-output"):
        if box.select_one(".example-command").get_text() == command:  # type: ignore[union-attr]
            python = box.select_one(".example-python")
            text = box.select_one("pre")
            notes = [
                note.get_text()
                for note in box.select(":scope > .example-note:not(.example-untried)")
            ]
            found.append((str(python and python.get_text()), _text(text), notes))
    return found


def _text(tag: Tag | None) -> str:
    return tag.get_text() if tag else ""


VERSION = ".".join(map(str, sys.version_info[:3]))
TWENTY = "".join(f">executing the task {number}\n" for number in range(20))
ONE = "main coroutine started\nexecuting the task\nmain coroutine done\n"


@pytest.mark.parametrize(
    ("page", "name", "text"),
    [
        ("index", "create_task", ONE),
        ("tutorial/one-task", "create_task", ONE),
        (
            "tutorial/many-tasks",
            "create_many_tasks",
            f"main coroutine started\n{TWENTY}main coroutine done\n",
        ),
        ("tutorial/ensure-future", "ensure_future", ONE),
        ("tutorial/loop-create-task", "loop_create_task", ONE),
    ],
)
def test_worked_programs_print_exactly_this_on_their_pages(
    soups: dict[str, BeautifulSoup], page: str, name: str, text: str
) -> None:
    (output,) = outputs(soups[page], f"python {name}.py")
    assert output == ("None", text, [])  # the strip says on which Pythons


def test_the_first_error_is_shown_for_old_and_new_pythons(
    soups: dict[str, BeautifulSoup],
) -> None:
    page = soups["tutorial/no-running-event-loop"]
    old, new = outputs(page, "python outside_coroutine.py")
    for (_, text, notes), start in ((old, "sys:1: "), (new, "<sys>:0: ")):
        assert text.startswith("main coroutine started\nmain coroutine done\nTraceback")
        assert text.endswith(
            "\nRuntimeError: no running event loop\n"
            f"{start}RuntimeWarning: coroutine 'task_coroutine' was never awaited\n"
        )
        assert notes == ["Exit status: 1"]
    assert (old[0], new[0]) == ("Python 3.12 and earlier", "Python 3.13 and later")


def test_the_second_error_is_shown(soups: dict[str, BeautifulSoup]) -> None:
    page = soups["tutorial/not-a-coroutine"]
    ((_, text, notes),) = outputs(page, "python from_function.py")
    assert text.startswith("main coroutine started\nexecuting the task\nTraceback")
    assert text.endswith("\nTypeError: a coroutine was expected, got None\n")
    assert notes == ["Exit status: 1"]


def test_tutorial_pages_link_to_each_other_in_order(
    soups: dict[str, BeautifulSoup],
) -> None:
    names = [f"tutorial/{name}" for name in TUTORIAL]
    for before, page, after in zip(
        ["lab", *names], names, [*names[1:], None], strict=False
    ):
        previous = soups[page].find("link", rel="prev")
        assert isinstance(previous, Tag)
        assert str(previous["href"]).endswith(f"{before.rpartition('/')[2]}.html")
        following = soups[page].find("link", rel="next")
        assert isinstance(following, Tag)
        if after:
            assert str(following["href"]).endswith(f"{after.rpartition('/')[2]}.html")


def test_generated_lists_are_on_their_pages(soups: dict[str, BeautifulSoup]) -> None:
    capture = soups["about/how-outputs-are-captured"].get_text()
    assert "Line endings are line feeds." in capture
    reference = soups["authors/reference"].get_text()
    assert "example_output.drift" in reference
    assert "example_output_timeout" in reference


# -- Guards: what a check that checks nothing would let through ----------------------

# Fences that show how to write or call something; none of them is a program.
NOT_PROGRAMS = {"markdown", "shell", "toml"}


# What cannot be run in a build: a session at a prompt, and the words of a type checker,
# which test_frameworks.py compares.
SESSIONS = {
    "howto/notebooks-and-repl": {"text"},
    "howto/type-hints": {"text"},
}


# What authors of other projects write: there is nothing here that could be run.
GUIDE = {"console", "python", "rst", "text", "yaml"}


def typed_by_hand(
    doctree: nodes.document, known: AbstractSet[str] = NOT_PROGRAMS
) -> Iterator[str]:
    """The literal blocks that come from no file and may be programs or outputs."""
    for block in doctree.findall(nodes.literal_block):
        # The outputs among which a reader chooses are recordings.
        from_file = _is_from_file(block) or "predict-output" in block["classes"]
        if not from_file and block.get("language") not in known:
            yield block.astext()


def _is_from_file(block: nodes.Node) -> bool:
    return any(
        isinstance(parent, nodes.Element) and "example-source" in parent["classes"]
        for parent in _parents(block)
    )


def _parents(node: nodes.Node) -> Iterator[nodes.Node]:
    while node := node.parent:
        yield node


def test_every_program_and_output_comes_from_a_file(
    doctrees: dict[str, nodes.document],
) -> None:
    found = {}
    for page, doctree in doctrees.items():
        known = NOT_PROGRAMS | SESSIONS.get(page, set())
        if page.startswith("authors/"):
            known |= GUIDE
        found[page] = list(typed_by_hand(doctree, known))
    assert some(found) == {}


def test_blocks_typed_by_hand_are_detected() -> None:
    document = nodes.document("", "")  # type: ignore[arg-type]
    document += nodes.literal_block("x = 1", "x = 1", language="python")
    document += nodes.literal_block("$ x", "$ x", language="shell")
    document += nodes.literal_block("x", "x")  # an indented block has no language
    box = nodes.container("", classes=["example-source"])
    box += nodes.literal_block("y = 1", "y = 1", language="python")
    document += box
    assert list(typed_by_hand(document)) == ["x = 1", "x"]


# Pages about the project itself quote files and settings, not examples.
ABOUT = {"contributing", "about/how-outputs-are-captured"}


LINKS = (nodes.reference, addnodes.pending_xref)


def unchecked(doctree: nodes.document) -> Iterator[str]:
    """The inline code that quotes what is on the page, with no role to check it."""
    blocks = filter(_is_from_file, doctree.findall(nodes.literal_block))
    programs = [block.astext() for block in blocks]
    shown = [*programs, *_outputs(doctree)]
    for literal in doctree.findall(nodes.literal):
        parents = list(_parents(literal))
        if (
            not literal["classes"]
            and not any(isinstance(parent, LINKS) for parent in parents)
            and any(literal.astext() in text for text in shown)
        ):
            yield literal.astext()


def _outputs(doctree: nodes.document) -> Iterator[str]:
    for place in doctree.findall(output_placeholder):
        path = REPOSITORY / "examples" / place["example"]
        for recording in path.parent.glob(f"{path.stem}*.out"):
            if recording.name.partition(".")[0] == path.stem:
                yield recording.read_text("utf-8").partition("\n")[2]


def test_all_quotations_are_checked(doctrees: dict[str, nodes.document]) -> None:
    found = {
        page: set(unchecked(doctrees[page])) for page in PAGES if page not in ABOUT
    }
    assert some(found) == {}


def test_unchecked_quotations_are_detected() -> None:
    document = nodes.document("", "")  # type: ignore[arg-type]
    box = nodes.container("", classes=["example-source"])
    box += nodes.literal_block("await task", "await task")
    document += box
    document += output_placeholder(example="tutorial/create_task.py")
    link = nodes.reference("", "", nodes.literal("", "await"))
    checked = nodes.literal("", "task", classes=["example-written"])
    texts = ["await task", "executing the task", "nothing of this page"]
    document += nodes.paragraph("", "", link, checked, *map(_literal, texts))
    assert list(unchecked(document)) == texts[:2]


def _literal(text: str) -> nodes.literal:
    return nodes.literal("", text)


def environment(site: Path) -> "BuildEnvironment":
    """Sphinx's environment of the site."""
    found: BuildEnvironment = pickle.loads(
        (site.parent / "doctrees" / "environment.pickle").read_bytes()
    )
    return found


def test_tutorial_pages_show_examples(site: Path) -> None:
    pages = environment(site).domaindata["example"]["pages"]
    for name in ["index", *(f"tutorial/{name}" for name in TUTORIAL)]:
        assert pages[name].requests, name


def test_every_example_is_on_a_page(site: Path) -> None:
    pages = environment(site).domaindata["example"]["pages"].values()
    named = {request.name for page in pages for request in page.requests}
    folder = REPOSITORY / "examples"
    paths = [p for p in folder.rglob("*.py") if p.parent.suffix not in (RIGHT, WRONG)]
    files = {path.relative_to(folder).as_posix() for path in paths}
    assert named == files


# -- What every page must have, and must not -----------------------------------------


def test_pages_contain_no_local_paths(site: Path) -> None:
    places = map(re.escape, (str(REPOSITORY), sys.prefix, str(Path.home()), "/tmp/"))
    local = re.compile("|".join([*places, r"\b0x[0-9a-f]{4,}", "\x1b"]))
    found = {
        page: local.findall((site / f"{page}.html").read_text("utf-8"))
        for page in PAGES
    }
    assert some(found) == {}


def test_pages_load_nothing_from_other_hosts(soups: dict[str, BeautifulSoup]) -> None:
    for page, soup in soups.items():
        links = soup.select("link[rel=stylesheet], link[rel=icon], link[rel=preload]")
        loaded = [tag.get("href") for tag in links]
        loaded += [tag.get("src") for tag in soup.select("[src]")]
        assert loaded, page
        outside = [url for url in loaded if re.match(r"(?:\w+:)?//", str(url))]
        assert outside == [], page


def test_ids_are_unique_on_their_page(ids: dict[str, list[str]]) -> None:
    found = {
        page: [name for name, count in Counter(names).items() if count > 1]
        for page, names in ids.items()
    }
    assert some(found) == {}


def broken_links(
    site: Path, page: str, soup: BeautifulSoup, ids: dict[str, list[str]]
) -> Iterator[str]:
    """The links of a page to what is not in the site."""
    for link in soup.select("a[href]"):
        target, _, anchor = str(link["href"]).partition("#")
        if re.match(r"\w+:", target):
            continue
        path = (site / page).parent / target if target else site / f"{page}.html"
        other = path.resolve().relative_to(site.resolve()).with_suffix("").as_posix()
        known = ids.get(other) if anchor and path.suffix == ".html" else None
        if not path.is_file() or (known is not None and anchor not in known):
            yield str(link)


def test_links_have_targets(
    site: Path, soups: dict[str, BeautifulSoup], ids: dict[str, list[str]]
) -> None:
    found = {
        page: list(broken_links(site, page, soup, ids)) for page, soup in soups.items()
    }
    assert some(found) == {}


def test_broken_links_are_noticed(site: Path) -> None:
    links = ["#a", "#b", "index.html#a", "index.html#b", "no.html", "https://x.org"]
    html = "".join(f'<a href="{link}"></a>' for link in links)
    soup = BeautifulSoup(html, "html.parser")
    found = broken_links(site, "search", soup, {"search": ["a"], "index": ["a"]})
    wrong = [f'<a href="{link}"></a>' for link in ("#b", "index.html#b", "no.html")]
    assert list(found) == wrong


def test_pages_have_a_title_and_a_description(soups: dict[str, BeautifulSoup]) -> None:
    for page, soup in soups.items():
        assert len(soup.find_all("h1")) == 1, page
        description = soup.find("meta", attrs={"name": "description"})
        assert isinstance(description, Tag), page
        assert 50 <= len(str(description["content"])) <= 160, page


def test_prose_has_one_sentence_on_a_line() -> None:
    texts = {page: (DOCS / f"{page}.md").read_text("utf-8") for page in PAGES}
    assert some({page: lines_of_two(text) for page, text in texts.items()}) == {}


def lines_of_two(text: str) -> list[str]:
    """The lines of a page's prose on which two sentences stand."""
    text = re.sub(r"(?s)\A---\n.*?\n---\n", "", text)
    text = re.sub(r"(?ms)^(`{3,}).*?^\1$", "", text)
    two = re.compile(r"[a-z`)][.?!] +(?=[A-Z`\[])")
    lines = [line for line in text.splitlines() if not line.startswith("|")]
    return [
        line for line in lines if two.search(re.sub(r"(?<=`)[^`]+(?=`)", "code", line))
    ]


def test_two_sentences_on_a_line_are_noticed() -> None:
    assert lines_of_two("One. Two.\n\n```\nOne. Two.\n```\n") == ["One. Two."]
