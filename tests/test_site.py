"""The site as readers get it, built from scratch with warnings as errors."""

import pickle
import re
import shutil
import sys
from collections.abc import Iterator
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
    # The EPUB is built, and checked, in test_standards.py.
    "builder",
    ["dirhtml", "text", "latex", "man"],
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


@pytest.mark.parametrize("page", PAGES)
def test_every_program_and_output_comes_from_a_file(
    doctrees: dict[str, nodes.document], page: str
) -> None:
    known = NOT_PROGRAMS | SESSIONS.get(page, set())
    if page.startswith("authors/"):
        known |= GUIDE
    assert list(typed_by_hand(doctrees[page], known)) == []


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


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ABOUT])
def test_all_quotations_are_checked(
    doctrees: dict[str, nodes.document], page: str
) -> None:
    assert sorted(set(unchecked(doctrees[page]))) == []


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


@pytest.mark.parametrize("page", PAGES)
class TestPage:
    """One page."""

    def test_it_contains_no_local_paths(self, site: Path, page: str) -> None:
        text = (site / f"{page}.html").read_text("utf-8")
        for place in (str(REPOSITORY), sys.prefix, str(Path.home()), "/tmp/"):
            assert place not in text
        assert not re.search(r"\b0x[0-9a-f]{4,}", text)
        assert "\x1b" not in text

    def test_it_loads_nothing_from_other_hosts(
        self, soups: dict[str, BeautifulSoup], page: str
    ) -> None:
        soup = soups[page]
        links = soup.select("link[rel=stylesheet], link[rel=icon], link[rel=preload]")
        loaded = [tag.get("href") for tag in links]
        loaded += [tag.get("src") for tag in soup.select("[src]")]
        assert loaded
        assert [url for url in loaded if re.match(r"(?:\w+:)?//", str(url))] == []

    def test_its_ids_are_unique(
        self, soups: dict[str, BeautifulSoup], page: str
    ) -> None:
        ids = [tag["id"] for tag in soups[page].select("[id]")]
        assert sorted({i for i in ids if ids.count(i) > 1}) == []

    def test_its_links_have_targets(
        self, site: Path, soups: dict[str, BeautifulSoup], page: str
    ) -> None:
        for link in soups[page].select("a[href]"):
            target, _, anchor = str(link["href"]).partition("#")
            if re.match(r"\w+:", target):
                continue
            path = (site / page).parent / target if target else site / f"{page}.html"
            assert path.is_file(), link
            if anchor and path.suffix == ".html":
                other = path.resolve().relative_to(site.resolve()).with_suffix("")
                soup = soups.get(other.as_posix())
                assert soup is None or soup.find(id=anchor), link

    def test_it_has_a_title_and_a_description(
        self, soups: dict[str, BeautifulSoup], page: str
    ) -> None:
        soup = soups[page]
        assert len(soup.find_all("h1")) == 1
        description = soup.find("meta", attrs={"name": "description"})
        assert isinstance(description, Tag)
        assert 50 <= len(str(description["content"])) <= 160


@pytest.mark.parametrize("page", PAGES)
def test_prose_has_one_sentence_on_a_line(page: str) -> None:
    text = (DOCS / f"{page}.md").read_text("utf-8")
    text = re.sub(r"(?s)\A---\n.*?\n---\n", "", text)
    text = re.sub(r"(?ms)^(`{3,}).*?^\1$", "", text)
    two = re.compile(r"[a-z`)][.?!] +(?=[A-Z`\[])")
    lines = [line for line in text.splitlines() if not line.startswith("|")]
    assert [
        line for line in lines if two.search(re.sub(r"(?<=`)[^`]+(?=`)", "code", line))
    ] == []
