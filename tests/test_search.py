"""Search: what is typed, and the pages that answer it."""

import hashlib
import json
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from sphinx.testing.util import SphinxTestApp

from conftest import REPOSITORY, NewPage, Project, shared
from example_output.playground.runtime import node
from test_accessibility import AXE, faults

# -- What is found ---------------------------------------------------------------------

# What somebody types, and the page that answers it.
TYPED = {
    "create_task": "tutorial/one-task",
    "asyncio.timeout": "howto/cancel-and-timeouts",
    "asyncio.Queue workers": "howto/limit",
    "to_thread": "howto/blocking-code",
    "run_in_executor": "howto/blocking-code",
    "task.cancel()": "howto/cancel-and-timeouts",
    "all_tasks": "howto/inspect",
    "current_task": "howto/inspect",
    "contextvars": "howto/context",
    "RuntimeError: no running event loop": "tutorial/no-running-event-loop",
    (
        "sys:1: RuntimeWarning: coroutine 'main' was never awaited"
    ): "reference/errors-logged",
    "Task was destroyed but it is pending!": "reference/errors-logged",
    (
        "asyncio.exceptions.InvalidStateError: Result is not set."
    ): "reference/errors-waiting",
    "DeprecationWarning: There is no current event loop": "reference/errors-loops",
    "RuntimeError: cannot reuse already awaited coroutine": "reference/errors-waiting",
    (
        "ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)"
    ): "reference/errors-groups",
    "creat_task": "tutorial/one-task",
    "why does my task not run": "explanation/when-a-task-runs",
    "tasks run one after another not concurrently": "explanation/coroutine-or-task",
    "how to get the return value of a task": "howto/results",
    "difference between coroutine and task": "explanation/coroutine-or-task",
    "limit concurrency": "howto/limit",
    "jupyter notebook": "howto/notebooks-and-repl",
    "wait for multiple tasks": "howto/results",
    "garbage collected task disappears": "explanation/lifetime",
    "python 3.14 changes": "reference/versions",
}
# More of the same kinds; for some, either page is right.
MORE = {
    "ensure_future": "tutorial/ensure-future",
    "loop.create_task": "tutorial/loop-create-task",
    "TaskGroup": "howto/task-groups",
    "run_coroutine_threadsafe": "howto/from-another-thread",
    "eager_task_factory": "explanation/eager",
    "asyncio.shield": "howto/cancel-and-timeouts",
    "add_done_callback": "howto/handle-exceptions howto/fire-and-forget",
    "task.set_name()": "howto/names",
    "asyncio.Semaphore": "howto/limit",
    (
        "TypeError: a coroutine was expected, got <function main at 0x7f3c2a1b5d00>"
    ): "reference/errors tutorial/not-a-coroutine",
    (
        "RuntimeError: asyncio.run() cannot be called from a running event loop"
    ): "howto/notebooks-and-repl reference/errors-loops",
    (
        "Task exception was never retrieved future: <Task "
        "finished name='Task-7' coro=<fetch() done, defined "
        "at /home/ana/app/main.py:12> "
        "exception=ValueError('bad')>"
    ): "reference/errors-logged howto/handle-exceptions",
    (
        "RuntimeError: Task <Task pending name='Task-3' "
        "coro=<work() running at /srv/app.py:8>> got Future "
        "<Future pending> attached to a different loop"
    ): "reference/errors-waiting",
    "RuntimeError: Event loop is closed": "reference/errors-loops",
    (
        "<sys>:0: RuntimeWarning: coroutine 'fetch_all' was never awaited"
    ): "reference/errors-logged",
    (
        "TypeError: create_task() got an unexpected keyword argument 'context'"
    ): "reference/errors",
    (
        "TypeError: 'TaskGroup' object does not support the context manager protocol"
    ): "reference/errors-groups",
    "taskgruop": "howto/task-groups",
    "ensure_futur": "tutorial/ensure-future",
    "cancle task": "howto/cancel-and-timeouts",
    "how do I stop a task": "howto/cancel-and-timeouts",
    "run a task in the background": "howto/fire-and-forget",
    (
        "what is the difference between create_task and ensure_future"
    ): "explanation/which-one",
    "start a task from another thread": "howto/from-another-thread",
    "time.sleep blocks everything": "howto/blocking-code",
    "catch exception from task": "howto/handle-exceptions",
}
# The answer is among the first three for these, too.
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
    "never awaited": "reference/errors-logged",
    "a coroutine was expected": "tutorial/not-a-coroutine",
    "cancel timeout": "howto/cancel-and-timeouts",
    "when does a task run": "explanation/when-a-task-runs",
    "name tasks": "howto/names",
    "collect results": "howto/results",
    "limit how many": "howto/limit",
    "another thread": "howto/from-another-thread",
    "get_event_loop": "reference/versions",
    "cannot reuse already awaited coroutine": "reference/errors-waiting",
    "context contextvars": "howto/context",
    "eager": "explanation/eager",
    "inspect running tasks": "howto/inspect",
    "stop a group": "howto/task-groups",
    "uvloop": "howto/uvloop",
    "notebook REPL": "howto/notebooks-and-repl",
    "FastAPI BackgroundTasks": "howto/fire-and-forget",
    "attached to a different loop": "reference/errors-waiting",
    "signature": "reference/creating",
    "states": "reference/states",
}
# What people asked in trackers and forums, in their words.
ASKED = {
    "Ctrl+C": "howto/shut-down",
    "SIGTERM clean shutdown": "howto/shut-down",
    "asyncio.run() never returns": "howto/shut-down",
    "run every n seconds": "howto/periodic-tasks",
    "pytest-asyncio pending task after test": "howto/testing",
    "coroutine never awaited AsyncMock": "howto/testing",
    "mypy create_task Awaitable Coroutine": "howto/type-hints",
    "what is Task[int]": "howto/type-hints",
    "task factory unexpected keyword argument name": "howto/task-factory",
    "FastAPI startup background task": "howto/web-servers",
    "Starlette lifespan": "howto/web-servers",
    "event loops in several threads free-threaded": "explanation/free-threading",
    "notebook output of a task in the wrong cell": "howto/notebooks-and-repl",
    "RuntimeError: TaskGroup <TaskGroup cancelling> is shutting down": (
        "reference/errors-groups"
    ),
    "ValueError: Token was created in a different Context": "howto/context",
    "RuntimeError: coroutine is being awaited already": "reference/errors-waiting",
    "RuntimeError: Cannot enter into task": "reference/errors-loops",
    "RuntimeError: Timeout should be used inside a task": "reference/errors-waiting",
    "discord loop attribute cannot be accessed": "howto/from-sync-code",
    "sys.exit() in a task": "howto/handle-exceptions",
    "restart a task that fails": "howto/supervisor",
}
TYPOS = {
    "gahter": "howto/results",
    "TaskGruop": "howto/task-groups",
    "canel": "howto/cancel-and-timeouts",
    "create_tsk": "tutorial/one-task",
}
NOTHING = "zzzzzzzz"
TRACEBACK = (
    'Traceback (most recent call last): File "/home/ana/app.py", line 12, in <module> '
    "RuntimeError: Event loop is closed"
)

Answers = dict[str, dict[str, Any]]


def declared(site: Path) -> dict[str, str]:
    """The page of each name that a page of the site declares."""
    text = (site / "searchsections.js").read_text("utf-8")
    pages = json.loads(text.partition(" = ")[2].removesuffix(";\n"))
    return {name: page["name"] for page in pages for name in page["names"]}


def ask(site: Path, queries: list[str]) -> Answers:
    """What the script of the search answers, in Node."""
    done = subprocess.run(
        [*node(), str(REPOSITORY / "tests" / "node" / "search.mjs")],
        input=json.dumps({"folder": str(site), "queries": queries}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = map(json.loads, done.stdout.splitlines())
    return dict(zip(queries, lines, strict=True))


@pytest.fixture(scope="module")
def answers(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """The answers to all queries of this module."""
    queries = [
        *TYPED,
        *MORE,
        *QUESTIONS,
        *ASKED,
        *TYPOS,
        *declared(site),
        NOTHING,
        TRACEBACK,
    ]

    def make(folder: Path) -> None:
        found = ask(site, list(dict.fromkeys(queries)))
        (folder / "answers.json").write_text(json.dumps(found))

    folder = shared(tmp_path_factory, "answers", make)
    found: Answers = json.loads((folder / "answers.json").read_text())
    return found


def rank(answers: Answers, query: str, pages: str) -> int:
    """The place of the right page, from 1."""
    found = [page["name"] for page in answers[query]["results"]]
    return min(found.index(p) + 1 if p in found else 99 for p in pages.split())


@pytest.mark.parametrize("queries", [TYPED, MORE, QUESTIONS, ASKED])
def test_the_right_page_is_first_or_near_it(
    answers: Answers, queries: dict[str, str]
) -> None:
    ranks = {query: rank(answers, query, pages) for query, pages in queries.items()}
    assert {query: place for query, place in ranks.items() if place > 3} == {}
    first = sum(place == 1 for place in ranks.values())
    assert first >= len(queries) * 22 / 26, ranks


def test_a_declared_name_finds_its_page_first(answers: Answers, site: Path) -> None:
    names = declared(site)
    assert len(names) > 30
    assert {n: p for n, p in names.items() if rank(answers, n, p) != 1} == {}


@pytest.mark.parametrize("typed", TYPOS)
def test_a_typo_is_corrected_and_told(answers: Answers, typed: str) -> None:
    assert rank(answers, typed, TYPOS[typed]) == 1
    (typo,) = answers[typed]["typos"]
    assert typo["typed"] == typed


def test_only_typos_are_corrected(answers: Answers) -> None:
    assert answers[NOTHING] == {"results": [], "typos": []}
    for query in ("create_task", "why does my task not run"):
        assert answers[query]["typos"] == []


def test_a_result_leads_to_the_heading_that_answers(answers: Answers) -> None:
    page = answers[TRACEBACK]["results"][0]
    assert page["title"] == "Errors of event loops and threads"
    assert page["sections"][0]["title"] == "RuntimeError: Event loop is closed"
    url = "reference/errors-loops.html#runtimeerror-event-loop-is-closed"
    assert page["sections"][0]["url"] == url


# -- What is built ---------------------------------------------------------------------


def test_the_engine_is_the_release() -> None:
    # dist/umd/index.js of the npm package minisearch, version 7.2.0
    folder = REPOSITORY / "docs" / "_static" / "search"
    digest = hashlib.sha256((folder / "minisearch.js").read_bytes()).hexdigest()
    assert digest == (
        "03c27931eb603af1d3358579e9885eafdb6a2f5fa9929557b3e77d7e99d06d03"
    )
    license_ = (folder / "minisearch.LICENSE.txt").read_text("utf-8")
    assert "Permission is hereby granted, free of charge" in license_


CONF = """
extensions = ["myst_parser", "site_extensions.search_index"]
search_weights = {"b*": 0.5}
"""
PAGE = """---
names: [{names}]
---

# Page {names}

Text about gather.
"""


@pytest.fixture
def pages(tmp_path: Path) -> Project:
    """Two pages, each of which declares a name that it mentions."""
    folder = Project(tmp_path)
    folder.write("conf.py", CONF)
    folder.write("index.md", PAGE.format(names="gather") + "\n```{toctree}\nb\n```\n")
    folder.write("b.md", PAGE.format(names="wait"))
    return folder


def test_names_declared_twice_or_not_mentioned_are_warnings(
    pages: Project, make_app: Callable[..., SphinxTestApp]
) -> None:
    pages.write("b.md", PAGE.format(names="gather"))
    pages.replace("index.md", "names: [gather]", "names: [gather, shield]")
    app = make_app(srcdir=pages.folder)
    app.build()
    told = re.sub(r"\x1b\[[0-9;]*m", "", app.warning.getvalue())
    assert "index.md:2: WARNING: the name 'gather' is declared by b.md too" in told
    assert (
        "index.md:2: WARNING: the name 'shield' is declared and not mentioned" in told
    )


def test_pages_that_are_kept_stay_in_the_index(
    pages: Project, make_app: Callable[..., SphinxTestApp]
) -> None:
    def built() -> dict[str, str]:
        app = make_app(srcdir=pages.folder)
        app.build()
        return declared(Path(app.outdir))

    assert built() == {"gather": "index", "wait": "b"}
    pages.replace("b.md", "Text", "More text")
    assert built() == {"gather": "index", "wait": "b"}
    next(pages.folder.rglob("searchsections.js")).unlink()
    assert built() == {"gather": "index", "wait": "b"}
    pages.remove("b.md")
    pages.replace("index.md", "```{toctree}\nb\n```", "")
    assert built() == {"gather": "index"}


# -- In the page -----------------------------------------------------------------------


def of_search(asked: list[str]) -> list[str]:
    """The requests that serve the search alone."""
    return [url for url in asked if re.search(r"search/|searchsections|stemmer", url)]


def test_search_by_keyboard(new_page: NewPage, site: Path) -> None:
    page = new_page("tutorial/one-task", base=site.as_uri())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    page.wait_for_timeout(500)
    assert of_search(asked) == []
    page.keyboard.press("/")
    box = page.get_by_role("dialog", name="Search")
    field = box.get_by_role("combobox", name="Search")
    field.wait_for()
    assert field.evaluate("field => field === document.activeElement")
    box.get_by_role("status").get_by_text("Type a name, a few words").wait_for()
    assert len(of_search(asked)) == len(set(of_search(asked))) == 7
    page.keyboard.type("how do I cancel a task")
    chosen = box.get_by_role("option", selected=True)
    group = box.get_by_role("group", name="Cancel tasks, and limit their time")
    group.get_by_role("option", selected=True).wait_for()
    box.get_by_role("status").get_by_text(re.compile(r"\d+ pages")).wait_for()
    before = chosen.inner_text()
    page.keyboard.press("ArrowDown")
    assert chosen.inner_text() != before
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("ArrowUp")
    assert chosen.inner_text() == before
    page.keyboard.press("Escape")
    box.wait_for(state="hidden")
    page.keyboard.press("Control+k")
    page.keyboard.type("to_thread")
    group = box.get_by_role("group", name="Blocking code")
    group.get_by_role("option", selected=True).wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**/howto/blocking-code.html*")


@pytest.mark.slow
def test_a_pasted_traceback_finds_its_entry(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lines = TRACEBACK.replace(" File", "\n  File").replace("> ", ">\n    x()\n")
    page.evaluate("text => navigator.clipboard.writeText(text)", lines)
    page.get_by_role("button", name="Search").first.click()
    box = page.get_by_role("dialog", name="Search")
    field = box.get_by_role("combobox")
    field.wait_for()
    page.keyboard.press("Control+v")
    assert field.input_value() == "RuntimeError: Event loop is closed"
    option = box.get_by_role("option").first
    option.get_by_text("RuntimeError: Event loop is closed").wait_for()
    option.click()
    page.wait_for_url("**/errors-loops.html#runtimeerror-event-loop-is-closed")


def test_an_error_is_pasted_into_its_page_and_leads_on(new_page: NewPage) -> None:
    page = new_page("reference/errors", reduced_motion="reduce")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    field = page.get_by_label("Paste your traceback or log")
    answer = page.locator(".paste-answer")
    (recorded,) = (
        item["text"]
        for item in json.loads((REPOSITORY / "tests" / "pasted.json").read_text())
        if (item["program"], item["python"]) == ("shutting_down", "3.11")
    )
    page.evaluate("text => navigator.clipboard.writeText(text)", recorded)
    field.focus()
    page.keyboard.press("Control+v")
    answer.get_by_text("Your error: RuntimeError: TaskGroup").wait_for()
    assert answer.get_by_role("listitem").count() >= 1
    page.evaluate(AXE)
    schemes: list[Literal["light", "dark"]] = ["light", "dark"]
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        assert faults(page, place="'.paste-error'") == []
    page.keyboard.press("Control+a")
    page.keyboard.type("KeyError: 'answer'")
    answer.get_by_text("None of the messages on these pages is in it.").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+v")
    answer.get_by_text("Your error: ").wait_for()
    # Nothing is sent: the page only loads what it compares with.
    names = [url.rpartition("/")[2].partition("?")[0] for url in requests]
    # The icon of the site may have come before, or come now.
    own = {"errormessages.js", "find_messages.js"}
    assert set(names) - {"favicon.svg"} == own
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/errors-groups.html#runtimeerror-taskgroup-is-shutting-down")


@pytest.mark.slow
def test_an_old_address_of_an_entry_still_leads_to_it(new_page: NewPage) -> None:
    query = "#task-was-destroyed-but-it-is-pending"
    page = new_page("reference/errors", query=query, reduced_motion="reduce")
    link = page.locator(f"{query} a")
    box = link.bounding_box()
    assert box
    assert 0 <= box["y"] < 700
    link.click()
    page.wait_for_url(f"**/errors-logged.html{query}")


def test_search_page_has_the_same_answers(new_page: NewPage) -> None:
    page = new_page("search", query="?q=gahter")
    results = page.locator("#search-results")
    results.get_by_role("link").first.wait_for()
    told = results.get_by_role("status").inner_text()
    assert told.startswith("No page has “gahter”. Below are pages with “gather”.")
    assert results.get_by_role("heading").first.inner_text() == "Collect results"
    results.get_by_role("textbox").fill(NOTHING)
    results.get_by_text(f"No page answers “{NOTHING}”").wait_for()
    results.get_by_role("link", name="Error messages").click()
    page.wait_for_url("**/reference/errors.html")


def test_search_without_script_leads_on(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task", java_script_enabled=False)
    field = page.get_by_role("textbox", name="Search")
    field.fill("gather")
    field.press("Enter")
    page.get_by_text("The search needs JavaScript.").wait_for()
    assert page.locator("article").get_by_role("link").count() == 3
