"""Error messages: what asyncio can say, which entry answers it, and how it is found."""

import json
import re
import subprocess
from typing import Any

import pytest
from docutils.nodes import make_id

import harvest_messages
from conftest import DOCS, REPOSITORY
from example_output.playground.runtime import node
from harvest_messages import GAP, MESSAGES, Message, harvest, here, merge, messages
from record_pasted import programs

KNOWN: list[dict[str, Any]] = json.loads(MESSAGES.read_text("utf-8"))
RECORDED = json.loads((REPOSITORY / "tests" / "pasted.json").read_text("utf-8"))
PAGES = sorted(path.stem for path in (DOCS / "reference").glob("errors*.md"))


def headings(page: str) -> list[str]:
    """The entries of a page."""
    text = (DOCS / "reference" / f"{page}.md").read_text("utf-8")
    found = re.findall(r"^## (.*)$", text, re.MULTILINE)
    plain = [re.sub(r"\{\w+\}`([^`]*)`", r"\1", title) for title in found]
    return [t for t in plain if t not in ("Related", "Messages on other pages")]


def anchor(page: str, title: str) -> str:
    """The address of an entry, as the list has it."""
    return f"reference/{page}#{make_id(title)}"


ENTRIES = {anchor(page, title): title for page in PAGES for title in headings(page)}


# -- The list --------------------------------------------------------------------------


def test_each_message_of_this_python_is_known() -> None:
    known = {Message(item["text"], item["kind"]) for item in KNOWN}
    found = set(harvest(here()))
    assert len(found) > 180
    assert found - known == set()


def test_each_message_has_an_entry_that_exists_or_a_reason() -> None:
    for item in KNOWN:
        assert ("entry" in item) != ("reason" in item), item
        assert item.get("entry", next(iter(ENTRIES))) in ENTRIES, item
        assert item.get("reason", "R").rstrip(".") != "", item


def test_each_entry_answers_a_message() -> None:
    assert ENTRIES.keys() - {item.get("entry") for item in KNOWN} == set()


SOURCE = """
def run(self, loop):
    message = "first" if loop else f"second {loop!r}"
    if self:
        raise RuntimeError(message)
    logger.warning("%s took %.3f seconds", self, 1)
    warnings.warn("old", DeprecationWarning)
    warnings._deprecated("asyncio.old", remove=(3, 16))
    self.call_exception_handler({"message": "Task " "lost"})
    raise ValueError(loop)
"""


def test_messages_are_found_however_they_are_written() -> None:
    assert messages(SOURCE) == {
        Message("first", "RuntimeError"),
        Message(f"second {GAP}", "RuntimeError"),
        Message(f"{GAP} took {GAP} seconds", "log"),
        Message("old", "DeprecationWarning"),
        Message(
            f"'asyncio.old' is deprecated and slated for removal in Python {GAP}",
            "DeprecationWarning",
        ),
        Message("Task lost", "log"),
    }


def test_another_python_changes_only_what_it_says() -> None:
    lost, kept = Message("lost", "log"), Message("kept", "ValueError")
    first = merge([], "3.11", {lost: ["tasks"], kept: ["tasks"]})
    for item in first:
        item["reason"] = "because"
    both = merge(first, "3.12", {kept: ["locks"]})
    assert [(i["text"], i["pythons"], i["modules"]) for i in both] == [
        ("kept", ["3.11", "3.12"], ["locks", "tasks"]),
        ("lost", ["3.11"], ["tasks"]),
    ]
    assert {item["reason"] for item in both} == {"because"}
    assert [item["text"] for item in merge(both, "3.11", {kept: ["tasks"]})] == ["kept"]


def test_library_that_is_none_is_refused(tmp_path: Any) -> None:
    with pytest.raises(SystemExit, match="is not a standard library"):
        harvest_messages.version(tmp_path)


# -- What is pasted --------------------------------------------------------------------


TITLES = {
    entry: title.partition(" / ")[0].replace(GAP, "'a'")
    for entry, title in ENTRIES.items()
}
WRAPPED = "RuntimeError: no running\n   event loop"
COLORED = "\x1b[1;35mRuntimeError\x1b[0m: \x1b[35mno running event loop\x1b[0m"
ALONE = "no running event loop"
NOTHING = ["", "KeyError: 'answer'", "hello"]


@pytest.fixture(scope="module")
def answers() -> dict[str, list[str]]:
    """The entries that the box shows for each text, the best first."""
    found = [[i["kind"], i["text"], i["entry"]] for i in KNOWN if "entry" in i]
    script = str(DOCS / "_static" / "find_messages.js")
    texts = [item["text"] for item in RECORDED]
    texts += [*TITLES.values(), WRAPPED, COLORED, ALONE, *NOTHING]
    done = subprocess.run(
        [*node(), str(REPOSITORY / "tests" / "node" / "paste.mjs")],
        input=json.dumps({"script": script, "messages": found, "texts": texts}),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(texts, map(json.loads, done.stdout.splitlines()), strict=True))


def expected(item: dict[str, str]) -> list[str]:
    """The entries, one of which has to come first."""
    program = programs()[item["program"]]
    new = tuple(map(int, item["python"].split("."))) >= (3, 14)
    name = program.get("newer", program["entry"]) if new else program["entry"]
    return [f"reference/{name}"] if name else []


def test_recorded_errors_lead_to_their_entries_first(
    answers: dict[str, list[str]],
) -> None:
    assert len(RECORDED) >= 40
    assert {item["python"] for item in RECORDED} >= {"3.11", "3.12", "3.13", "3.14"}
    wrong = {
        (item["program"], item["python"]): answers[item["text"]]
        for item in RECORDED
        if answers[item["text"]][:1] != expected(item)
    }
    assert wrong == {}


def test_the_title_of_each_entry_leads_to_it(answers: dict[str, list[str]]) -> None:
    found = {entry: answers[title] for entry, title in TITLES.items()}
    assert {entry: hits for entry, hits in found.items() if hits[:1] != [entry]} == {}


def test_what_a_terminal_adds_does_not_matter(answers: dict[str, list[str]]) -> None:
    for text in (WRAPPED, COLORED, ALONE):
        assert answers[text] == ["reference/errors#runtimeerror-no-running-event-loop"]
    assert [answers[text] for text in NOTHING] == [[], [], []]
