"""Pictures of the reader's own run: what a change did, the growing picture, the lab."""

import gzip
import io
import json
import pickle
import random
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from conftest import REPOSITORY, NewPage, box_of, shared, wait_for_text, wait_until
from example_output.conf_file import read_settings
from example_output.folder import TIMELINE, Folder
from example_output.gate import Gate
from example_output.normalize import Surroundings
from example_output.playground.proofs import Proofs
from example_output.playground.prover import Prover
from example_output.playground.runtime import PAGES, Runtime, observer
from example_output.playground.steps import LINES
from example_output.playground.steps import text_of as steps_of
from example_output.running.interpreter import this_interpreter
from example_output.running.job import Job
from example_output.running.runs import Runs
from example_output.startup.lines import text_of
from example_output.timeline.changes import changes
from example_output.timeline.events import Event
from example_output.timeline.lines import moments
from example_output.timeline.live import answer, waiting
from example_output.timeline.marks import Links
from example_output.timeline.picture import draw, explain
from example_output.timeline.recorded import read_timeline, text_of_log
from example_output.transcript import Transcript
from test_accessibility import AXE, all_faults, faults
from test_playground import edit, run_until, with_scripts

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

EDITS: list[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_name("edits.toml").read_text("utf-8")
)["edit"]
NAMES = [one["name"] for one in EDITS]


# -- What a change did -----------------------------------------------------------------


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Transcript]:
    """The runs of all edited programs, and of those that they were made from."""

    def make(folder: Path) -> None:
        (folder / "runs").write_bytes(pickle.dumps(runs_of_edits(folder)))

    folder = shared(tmp_path_factory, "edits", make)
    found: dict[str, Transcript] = pickle.loads((folder / "runs").read_bytes())
    return found


def runs_of_edits(folder: Path) -> dict[str, Transcript]:
    """Run them in a folder."""
    python = this_interpreter()
    sources = {
        one["example"]: (REPOSITORY / "examples" / one["example"]).read_text("utf-8")
        for one in EDITS
    }
    for one in EDITS:
        source = sources[one["example"]]
        assert source.count(one["old"]) == 1, one["name"]
        sources[one["name"]] = source.replace(one["old"], one["new"])
    jobs = []
    for number, (key, source) in enumerate(sources.items()):
        path = folder / str(number) / "program.py"
        path.parent.mkdir()
        path.write_text(source, "utf-8")
        jobs.append(
            Job(
                key=key,
                files=(str(path),),
                root=str(path.parent),
                executable=python.executable,
                library=python.library,
                timeout=3,  # one of them waits forever
                limit=100_000,
                timeline=True,
            )
        )
    with Runs(jobs, at_once=2) as found:
        return dict(found.results())


def events_of(runs: dict[str, Transcript], key: str) -> list[Event]:
    """What the tasks of a run did."""
    return read_timeline(runs[key].timeline)


@pytest.mark.parametrize("one", EDITS, ids=NAMES)
def test_what_an_edit_did_is_said(
    runs: dict[str, Transcript], one: dict[str, Any]
) -> None:
    new = events_of(runs, one["name"])
    if runs[one["name"]].ending == "exit":
        said = changes(events_of(runs, one["example"]), new)
    else:
        said = list(waiting(new))
    assert said == one["says"]


ENDS = {
    "block": "blocks the thread",
    "fail": "fails",
    "cancelled": "ends as cancelled",
    "destroy": "is destroyed",
}


@pytest.mark.parametrize("one", EDITS, ids=NAMES)
def test_the_picture_of_an_edit_has_its_tasks_and_marks(
    runs: dict[str, Transcript], one: dict[str, Any]
) -> None:
    new = events_of(runs, one["name"])
    picture, key = draw("program.py", new, Links(), "x"), explain(new)
    for lane in {event.lane for event in new if event.kind == "create"}:
        folded = "Show all" in picture
        assert lane in picture or folded
    kinds = {event.kind for event in new}
    for kind, words in ENDS.items():
        assert (words in key) == (kind in kinds), kind


def test_a_change_has_at_most_five_sentences_and_the_number_of_the_rest() -> None:
    old = [Event(1, 0, f"Task-{n}", "suspend", what="sleep 1") for n in range(9)]
    new = [Event(1, 0, f"Task-{n}", "suspend", what=f"sleep {n + 2}") for n in range(9)]
    said = changes(old, new)
    assert len(said) == 6
    assert said[-1] == "And 4 more differences."


# -- The log of a live run -------------------------------------------------------------


def live(program: str, *, most: int = 0) -> tuple[str, str]:
    """Run a program as a page does; return its log, and what it printed."""
    script = (
        "import json, sys, types\n"
        "parts, source, most = json.load(sys.stdin)\n"
        "modules = {}\n"
        "for part, text in parts.items():\n"
        "    name = 'example_output.startup.' + part\n"
        "    modules[name] = sys.modules[name] = types.ModuleType(name)\n"
        "    exec(compile(text, name, 'exec'), vars(modules[name]))\n"
        "modules[name].watch('log', live=True, most=most)\n"
        "exec(compile(source, 'program.py', 'exec'))\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-c", script],
            input=json.dumps([observer(), program, most]),
            capture_output=True,
            text=True,
            cwd=folder,
            check=False,
        )
        log = Path(folder, "log").read_text("utf-8")
    assert done.stderr == ""
    return log, done.stdout


def ask(
    log: str, state: str = "ended", documented: str = "", *, same: bool = False
) -> dict[str, Any]:
    """What a page is told of a log."""
    asked = {"raw": log, "name": "program.py", "identifier": "x", "state": state}
    reply: dict[str, Any] = json.loads(
        answer(json.dumps(asked | {"documented": documented, "same": same}))
    )
    return reply


COMPUTES = """import asyncio, time

async def work():
    before = time.perf_counter()
    while time.perf_counter() < before + 0.3:
        pass
    print("computed")
    await asyncio.sleep(0.2)
    print("slept", 0.2 < time.perf_counter() - before < 30)

asyncio.run(work())
"""


def test_what_is_computed_for_long_blocks_and_moves_the_clock() -> None:
    log, printed = live(COMPUTES)
    assert printed == "computed\nslept True\n"  # the program has real clocks
    reply = ask(log)
    words = [text for _, events in reply["words"] for text, _ in events]
    [computes] = [text for text in words if "computes" in text]
    assert computes.startswith("Task-1 computes for about 0.3")
    before, after = words.index(computes), words.index("Task-1 prints “computed”")
    assert before < after
    assert "blocks the thread" in reply["key"]


def test_what_cannot_be_seen_is_in_no_sentence() -> None:
    title = "\\x1b]0;title\\a\\x1b(B"
    source = (
        f"print('|\\a\\b', end='')\nprint('{title}\\x1b[2K\\x1b[31mred\\x1b[0m\\r')\n"
    )
    reply = ask(live(f"import asyncio\n{source}")[0])
    words = [text for _, events in reply["words"] for text, _ in events]
    assert words == ["the program prints “|\\x07”", "the program prints “red”"]


def test_a_slow_machine_is_no_change_of_a_program_that_nobody_changed() -> None:
    slow = live(COMPUTES)[0]
    fast = live(COMPUTES.replace("+ 0.3", "+ 0"))[0]
    reply = ask(slow, documented=fast, same=True)
    assert (reply["changes"], reply["changed"]) == ([], [])
    assert re.fullmatch(
        r"Computing took about 0\.3\d? s, which the documented picture does not count.",
        reply["busy"],
    )
    # Of what somebody has changed, it may be the effect.
    reply = ask(slow, documented=fast)
    assert reply["busy"] == ""
    assert reply["changes"][1].startswith("Now Task-1 computes for about 0.3")
    # Something else is different as well.
    other = live(COMPUTES.replace("sleep(0.2)", "sleep(0.1)"))[0]
    assert ask(other, documented=fast, same=True)["changes"]


def held_up(log: str, seconds: float) -> str:
    """The log of a run whose first step has taken some seconds, as the page logs it."""
    found = []
    for event in map(json.loads, log.splitlines()):
        if event.get("kind", "create") not in ("create", "start"):
            event["time"] = round(event["time"] + seconds, 2)
        found.append(event)
        if event.get("kind") == "start":
            found.append({**event, "kind": "compute", "what": f"{seconds:g}"})
    return "".join(f"{json.dumps(event)}\n" for event in found)


def test_what_any_machine_takes_now_and_then_is_no_effect_of_a_change() -> None:
    documented = live(COMPUTES.replace("+ 0.3", "+ 0"))[0]
    took = "Computing took about {} s, which the documented picture does not count."
    # Somebody has changed a comment.
    reply = ask(held_up(documented, 0.12), documented=documented)
    assert (reply["changes"], reply["changed"]) == ([], [])
    assert reply["busy"] == took.format("0.12")
    # What the change did is told, and nothing else.
    longer = COMPUTES.replace("+ 0.3", "+ 0").replace("sleep(0.2)", "sleep(0.3)")
    reply = ask(held_up(live(longer)[0], 0.12), documented=documented)
    assert reply["changes"] == [
        "It takes 0.42 s, not 0.2 s.",
        "Task-1 sleeps 0.3 s, and no longer sleeps 0.2 s.",
    ]
    assert (reply["changed"], reply["busy"]) == (["Task-1"], took.format("0.12"))
    # The last run of a reader's own program may have been held up.
    reply = ask(documented, documented=held_up(documented, 0.12))
    assert (reply["changes"], reply["busy"]) == ([], "")
    # It happens later than the computing explains.
    late = documented.replace('"time":0.2', '"time":0.9')
    reply = ask(held_up(late, 0.12), documented=documented)
    assert reply["changes"]


ENDS_SLOWLY = """import asyncio, time

async def numbers():
    try:
        yield 1
    finally:
        await asyncio.sleep(0)

async def main():
    print(await anext(kept))

async def shutdown_default_executor(loop, timeout=None):
    before = time.perf_counter()
    while time.perf_counter() < before + 0.15:
        pass

asyncio.BaseEventLoop.shutdown_default_executor = shutdown_default_executor
kept = numbers()
asyncio.run(main())
"""


def test_the_end_of_asyncio_run_stands_under_no_unknown_name() -> None:
    log, _ = live(ENDS_SLOWLY)
    reply = ask(log)
    words = [text for _, events in reply["words"] for text, _ in events]
    assert any("creates Task-3 from async_generator_athrow" in text for text in words)
    known = re.compile("the program|the loop|a callback|Task-")
    assert [text for text in words if not known.match(text)] == []


def test_a_program_that_only_waits_has_the_same_log_on_every_run() -> None:
    program = "import asyncio\nasyncio.run(asyncio.sleep(0.05))\n"
    assert live(program)[0] == live(program)[0]


MANY = """import asyncio

async def main():
    for number in range(400):
        await asyncio.sleep(0)
    print("done")

asyncio.run(main())
"""


def test_a_long_run_is_drawn_up_to_a_limit_and_goes_on() -> None:
    log, printed = live(MANY, most=50)
    assert printed == "done\n"
    reply = ask(log, documented=log)
    assert reply["note"] == "The picture ends here, after 50 events."
    assert len(reply["ticks"]) == 50
    assert reply["picture"]
    # Of what is not known, nothing is said.
    assert reply["changes"] is None


def test_more_lanes_than_a_picture_can_have() -> None:
    program = (
        "import asyncio\n"
        "async def work(n):\n    await asyncio.sleep(n / 100)\n"
        "async def main():\n"
        "    await asyncio.gather(*(work(n) for n in range(30)))\n"
        "asyncio.run(main())\n"
    )
    reply = ask(live(program)[0])
    assert reply["note"] == "31 lanes are too many for a picture."
    assert not reply["picture"]
    assert reply["words"]


def test_a_thread_makes_the_order_unknown() -> None:
    program = "import threading\nthreading.Thread(target=print).start()\n"
    reply = ask(live(program)[0])
    assert reply["note"] == (
        "There is no picture of this run, because it starts a thread."
    )


def test_what_a_program_prints_is_text_in_the_picture() -> None:
    hostile = "<img src=x onerror=alert(1)>'\"&"
    program = (
        "import asyncio\n"
        "async def main():\n"
        f"    asyncio.current_task().set_name({hostile!r})\n"
        f"    print({hostile!r})\n"
        "asyncio.run(main())\n"
    )
    reply = ask(live(program)[0])
    assert "&lt;img src=x onerror=alert(1)&gt;" in reply["picture"]
    assert "<img" not in reply["picture"] + reply["key"]


@pytest.mark.parametrize(
    "row",
    [
        {"kind": "start", "line": "<img src=x onerror=alert(1)>"},
        {"kind": "<img src=x onerror=alert(1)>"},
        {"kind": "block", "what": "<img src=x onerror=alert(1)>"},
        {"lane": [1], "name": 7},
        {"full": 1, "kind": "print"},
    ],
)
def test_a_log_that_a_program_has_written_to_is_refused(row: dict[str, Any]) -> None:
    log = live("import asyncio\nasyncio.run(asyncio.sleep(0.05))\n")[0]
    first = {"turn": 1, "time": 0, "lane": 1, "line": 1, "by": None, "what": ""}
    forged = log + json.dumps({**first, **row} if "kind" in row else row) + "\n"
    reply = ask(forged)
    assert "<img" not in reply["picture"] + reply["key"]
    if row.get("kind") != "print":
        assert reply["note"].endswith("because its log cannot be read.")


def test_a_program_without_tasks_has_no_picture() -> None:
    reply = ask(live("print('hello')\n")[0])
    assert (reply["picture"], reply["note"]) == ("", "")


def test_a_picture_that_grows_ends_at_now() -> None:
    log = live("import asyncio\nasyncio.run(asyncio.sleep(0.05))\n")[0]
    rows = log.splitlines(keepends=True)
    half = "".join(rows[: len(rows) // 2])
    assert "tl-edge" in ask(half, "runs")["picture"]
    assert "tl-edge" not in ask(log)["picture"]


# -- On a page -------------------------------------------------------------------------

SLEEPS = "import asyncio\nasyncio.run(asyncio.sleep(30))\n"
BLOCKING = """import asyncio
import time


async def main():
    time.sleep(0.3)


asyncio.run(main())
"""
DEADLOCK = """import asyncio


async def waiter(event):
    await event.wait()


async def main():
    event = asyncio.Event()
    await asyncio.create_task(waiter(event), name="waiter")


asyncio.run(main())
"""


def test_a_picture_grows_and_takes_the_place_of_the_documented_one(
    box: "Locator",
) -> None:
    page = box.page
    documented = page.locator("#timeline-create-task")
    panel = box.locator(".example-live")
    mine = box.locator(".run-timeline")
    edit(box, SLEEPS)
    run_until(box, "Running on Python")
    # While it runs, the picture ends at the present.
    mine.locator("svg:visible .tl-edge").first.wait_for(state="attached")
    assert not documented.is_visible()
    box.get_by_role("button", name="Stop").click()
    panel.get_by_text("Task-1 sleeps 30 s.").wait_for()
    assert mine.locator(".tl-edge").count() == 0
    # The buttons under the editor end where those of the panel end.
    right = "button => button.getBoundingClientRect().right"
    ends = [
        box.get_by_role("button", name=name).first.evaluate(right)
        for name in ("Share", "Close")
    ]
    assert abs(ends[0] - ends[1]) < 1
    assert lines_below(box.locator(".example-foot")) == 1

    box.get_by_role("button", name="Reset").click()
    run_until(box, "and its tasks did the same")
    # The line over the choice of a Python, if there is one, goes from edge to edge.
    chooser = panel.locator(".run-python")
    chooser.evaluate("row => (row.hidden = false)")
    width = "row => row.offsetWidth - row.closest('.example-live').clientWidth"
    assert chooser.evaluate(width) == 0
    walk_the_lines(box)
    # Replay marks the lines of the editor.
    mine.get_by_role("button", name="Step").click()
    mine.get_by_role("button", name="Step").click()
    assert box.locator(".cm-line.tl-now").inner_text() == "async def main():"
    mine.get_by_role("button", name="Show all").click()
    assert box.locator(".cm-line.tl-now").count() == 0
    # A bar leads to its line.
    mine.locator("a[href='#run-line-6']:visible").first.click()
    assert "task_coroutine" in box.locator(".cm-line.run-marked").inner_text()

    panel.get_by_role("button", name="Documented").click()
    assert documented.is_visible()
    assert not mine.is_visible()
    panel.get_by_role("button", name="Your run", exact=True).click()
    assert mine.is_visible()
    assert not documented.is_visible()
    panel.get_by_role("button", name="Close").click()
    assert documented.is_visible()


def walk_the_lines(box: "Locator") -> None:
    """Step through a run of the documented program in the editor."""
    page = box.page
    steps = box.locator(".example-live .run-lines")
    steps.get_by_text("Line by line, with variables").click()
    place = steps.get_by_role("slider")
    place.wait_for()
    said = steps.get_by_role("status")
    assert "line 1" in said.inner_text()
    place.press("End")
    last = said.inner_text()
    assert "Task-1 in main() is about to run line" in last
    assert "main coroutine done" in last
    place.press("Home")
    # To the line that sleeps, and back, and there again.
    sleeping = "await asyncio.sleep(1)"
    for _ in range(30):
        if sleeping in said.inner_text():
            break
        steps.get_by_role("button", name="Next line").click()
    assert box.locator(".cm-line.tl-now").inner_text().strip() == sleeping
    state = steps.inner_text()
    assert "Task-2 in task_coroutine()" in state
    place.press("ArrowLeft")
    assert steps.inner_text() != state
    steps.get_by_role("button", name="Next line").click()
    assert steps.inner_text() == state
    page.evaluate(AXE)
    assert faults(page, place="'.example'") == []
    steps.get_by_text("Line by line, with variables").click()


def told_of_change(box: "Locator") -> list[str]:
    """Press Run; return what the change did, of a run that the machine did not hold up.

    A process that waits for a core for 0.1 s looks like one that computes, and takes
    longer; the page says so, and a reader who wonders runs the program again.
    """
    for _ in range(5):
        run_until(box, "What your change did")
        if "Computing took" not in box.locator(".run-verdict").inner_text():
            break
    return box.locator(".run-verdict li").all_inner_texts()


def test_a_change_is_told_and_a_deadlock_names_who_waits(box: "Locator") -> None:
    page = box.page
    source = (REPOSITORY / "examples/tutorial/create_task.py").read_text("utf-8")
    editor = edit(box, source.replace("asyncio.sleep(1)", "asyncio.sleep(0.3)"))
    assert told_of_change(box) == [
        "It takes 0.3 s, not 1 s.",
        "Task-2 sleeps 0.3 s, and no longer sleeps 1 s.",
    ]
    changed = box.locator(".run-timeline svg:visible .tl-changed")
    assert changed.all_text_contents() == ["Task-2"]
    editor.press("Control+a")
    page.keyboard.insert_text(DEADLOCK)
    editor.press("Control+Enter")
    box.get_by_text("When it was stopped:").wait_for()
    status = box.locator(".run-status").inner_text()
    assert status == "Stopped: it waits for something that can never happen."
    assert box.locator(".run-verdict li").all_inner_texts() == [
        "Task-1 waits for waiter (line 10).",
        "waiter waits for an event (line 5).",
    ]


def share(page: "Page") -> str:
    """Press Share; return the link."""
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copied").wait_for()
    link: str = page.evaluate("navigator.clipboard.readText()")
    return link


CLIPBOARD = ["clipboard-read", "clipboard-write"]


@pytest.mark.slow
def test_the_lab_runs_any_program_and_a_link_carries_it(
    new_page: NewPage, site: Path
) -> None:
    page = new_page("lab", permissions=CLIPBOARD)
    editor = page.get_by_role("textbox", name="The program program.py")
    editor.wait_for()
    editor.press("Control+a")
    page.keyboard.insert_text(BLOCKING)
    editor.press("Control+Enter")
    page.get_by_text("blocks 0.3 s").and_(page.locator(":visible")).first.wait_for()
    # A run that another one stops is none to compare with.
    wait_for_text(page.locator(".run-status"), "Ended")
    editor.press("Control+End")
    page.keyboard.insert_text("\nprint('and on')\n")
    editor.press("Control+Enter")
    page.get_by_text("The program prints “and on”.").wait_for()
    link = share(page)

    other = new_page("lab", query=link[link.index("#") :])
    other.get_by_role("textbox", name="The program program.py").wait_for()
    assert "time.sleep(0.3)" in other.locator(".cm-content").inner_text()
    assert "Nothing runs before" in other.locator(".lab-note").inner_text()
    assert other.locator(".example-live").count() == 0

    damaged = new_page("lab", query=link[link.index("#") : -9])
    damaged.get_by_text("This link is damaged").wait_for()
    # As a file, it can be read, and says why it does not run.
    page.goto(f"file://{site}/lab.html{link[link.index('#') :]}")
    page.locator("pre", has_text="time.sleep(0.3)").wait_for()
    page.get_by_text("A page that is opened as a file cannot run it").wait_for()


def test_the_lab_begins_with_any_example(new_page: NewPage) -> None:
    page = new_page("lab", permissions=CLIPBOARD)
    page.locator(".cm-content").wait_for()
    page.get_by_label("Begin with").select_option("tutorial/create_task.py")
    editor = page.get_by_role("textbox", name="The program create_task.py")
    editor.wait_for()
    text = editor.inner_text()
    editor.press("Control+End")
    page.keyboard.insert_text("# mine\n")
    link = share(page)
    other = new_page("lab", query=link[link.index("#") :])
    other.get_by_role("textbox", name="The program create_task.py").wait_for()
    assert other.get_by_label("Begin with").input_value() == "tutorial/create_task.py"
    other.get_by_role("button", name="Reset").click()
    assert other.locator(".cm-content").inner_text() == text


@pytest.mark.slow
def test_a_program_that_is_too_long_for_a_link(new_page: NewPage) -> None:
    page = new_page("lab", permissions=CLIPBOARD)
    page.locator(".cm-content").wait_for()
    # It cannot be compressed.
    page.locator(".cm-content").press("Control+a")
    noise = "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz", k=20_000))
    page.keyboard.insert_text(f"# {noise}")
    page.get_by_role("button", name="Share").click()
    wait_for_text(page.locator(".example-foot"), "Too long for a link")


@pytest.mark.slow
def test_axe_finds_nothing_in_any_state_of_a_run(new_page: NewPage) -> None:
    page = new_page("lab")
    page.locator(".cm-content").wait_for()
    page.evaluate(AXE)
    assert all_faults(page) == []
    page.locator(".cm-content").press("Control+Enter")
    growing = page.locator(".run-timeline svg:visible .tl-edge")
    growing.first.wait_for(state="attached")
    assert all_faults(page) == []
    page.locator(".run-timeline").get_by_role("button", name="Step").click()
    assert all_faults(page) == []
    page = new_page("tutorial/one-task")
    page.evaluate(AXE)
    run_until(box_of(page, "create_task"), "its tasks did the same")
    assert all_faults(page) == []


@pytest.mark.slow
def test_the_second_python_goes_when_it_has_rested(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    page.clock.install()
    box = box_of(page, "create_task")
    run_until(box, "its tasks did the same")

    def workers() -> int:
        page.evaluate("0")  # so that the news of the browser arrive
        return len(page.workers)

    # The one that draws, and the one that waits for the next run.
    assert wait_until(lambda: workers() == 2)
    page.clock.fast_forward(61_000)
    assert wait_until(lambda: workers() == 1)


# Runs a program as its button does; returns the log of its tasks.
LOG = """([name, source]) => new Promise((resolve) => {
  let log = "";
  const done = () => { stop(); resolve(log); };
  const nothing = () => {};
  const stop = exampleOutput.pythonOf().start(name, source, {
    loading: nothing, ready: nothing, started: nothing, print: nothing,
    events: (text) => (log += text),
    ended: done, stopped: done, crashed: done, failed: done,
  });
})"""


@pytest.mark.slow
def test_recorded_timelines_are_what_a_browser_draws(new_page: NewPage) -> None:
    """Run a quarter of them: the proofs compare what the others do in Node."""
    page = with_scripts(new_page("tutorial/one-task"))
    folder = Folder(read_settings(REPOSITORY))
    newest, proofs = Gate(folder, PAGES.python), Proofs(folder)
    drawn = [
        (example, recording)
        for example in folder.examples.values()
        if (recording := newest.recording(example, TIMELINE))
        and not proofs.reason(example)
    ]
    assert len(drawn) > 35
    for example, recording in drawn[::4]:
        where = Surroundings(
            folders=("/home/pyodide",),
            library=("/lib/python314.zip", "/lib/python3.14", "/lib/rest.zip"),
            own=frozenset(),
        )
        source = example.source.decode()
        for _ in range(3):  # a slow moment makes a program compute for long
            log = page.evaluate(LOG, [example.path.name, source])
            found = text_of_log(log, where)
            if " compute: " not in found:
                break
        assert found == recording.read(), example.name


# -- Line by line ----------------------------------------------------------------------


class Cunning:
    """An object that tells who asks for its text."""

    asked = 0

    def __repr__(self) -> str:
        """Count."""
        Cunning.asked += 1
        return "cunning"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        ("a" * 100, f"'{'a' * 58}…"),
        ([1, (2, {"a": 3})], "[1, (2, <dict>)]"),
        (list(range(20)), "[0, 1, 2, 3, 4, 5, 6, 7, …]"),
        (Cunning(), "<Cunning>"),
        ({"key": Cunning()}, "{'key': <Cunning>}"),
    ],
)
def test_a_value_is_short_and_asks_no_object_of_the_program(
    value: object, text: str
) -> None:
    assert text_of(value) == text
    assert Cunning.asked == 0


def test_moments_say_what_has_changed_and_what_waits() -> None:
    event = {"turn": 1, "time": 0, "lane": 1, "line": 1, "by": 0, "what": "main"}
    line = {"turn": 1, "time": 0.5, "lane": 1, "function": "main", "ready": [1, "f"]}
    rows = [
        {"lane": 1, "name": "Task-1"},
        {"kind": "create", **event},
        {"at": 3, "variables": {"a": "1", "b": "2"}, "timers": [], **line},
        {"at": 4, "variables": {"a": "1", "b": "3"}, "timers": [[0.25, 1]], **line},
    ]
    first, second = moments("\n".join(map(json.dumps, rows)))
    words = "0.5 s: Task-1 in main()"
    ready = ["Task-1", "f"]
    assert first == [3, words, [("a", "1", True), ("b", "2", True)], ready, []]
    timers = ["Task-1 in 0.25 s"]
    assert second == [4, words, [("a", "1", False), ("b", "3", True)], ready, timers]


@pytest.mark.slow
def test_a_python_that_starts_slowly_is_waited_for(new_page: NewPage) -> None:
    """The documented program runs in a second worker, to be compared with."""
    page = new_page("tutorial/one-task")
    seen: list[str] = []

    def delay(route: "Route") -> None:
        seen.append(route.request.url)
        if len(seen) > 1:
            time.sleep(12)  # longer than such a run may take
        route.continue_()

    page.context.route("**/playground/worker.js", delay)
    box = box_of(page, "create_task")
    run_until(box, "its tasks did the same")
    assert len(seen) > 1


def lines_below(part: "Locator") -> int:
    """How many rows of pixels are drawn between a part of a page and what follows."""
    part.scroll_into_view_if_needed()
    place = part.bounding_box()
    assert place
    left, end = place["x"] + 2, round(place["y"] + place["height"])
    clip = {"x": left, "y": end - 4, "width": 1, "height": 8}
    shot = part.page.screenshot(clip=clip, scale="css")  # type: ignore[arg-type]
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    rows = [picture.getpixel((0, y)) for y in range(picture.height)]
    return sum(row not in (rows[0], rows[-1]) for row in rows)


def stepped(page: "Page", name: str) -> "Locator":
    """The box of the documented steps of a program, opened."""
    steps = page.locator(f'.example-lines[data-name$="/{name}.py"]')
    steps.get_by_text("Line by line, with variables").click()
    steps.get_by_role("slider").wait_for()
    return steps


def test_the_documented_run_can_be_stepped_through_without_running_it(
    new_page: NewPage, site: Path
) -> None:
    # Also in a page that is opened as a file, where nothing can run.
    for base in ({}, {"base": site.as_uri()}):
        page = new_page("tutorial/one-task", **base)
        steps = stepped(page, "create_task")
        said = steps.get_by_role("status")
        seen = []
        for _ in range(100):
            seen.append(steps.inner_text())
            following = steps.get_by_role("button", name="Next line")
            if not following.is_enabled():
                break
            following.press("Enter")
        assert "Task-1 in main() is about to run line 18" in said.inner_text()
        assert 10 < len(seen) < 30
        marked = page.locator(".example-source .highlight .tl-now")
        assert marked.inner_text().strip() == 'print("main coroutine done")'
        assert page.locator(".example-live").count() == 0
    # Back to the start, through the same states.
    for before in reversed(seen[:-1]):
        steps.get_by_role("button", name="Back").press("Enter")
        assert steps.inner_text() == before


# What a page looks like that leaves the first two lines of a program out.
HIDE_TWO_LINES = """box => {
  const shown = box.querySelector(".example-source .highlight pre");
  const whole = document.createElement("pre");
  Object.assign(whole, {className: "example-complete", hidden: true});
  whole.textContent = shown.textContent;
  box.querySelector(".example-source").append(whole);
  for (const line of ["1", "2"]) shown.querySelector(`[id$="-line-${line}"]`).remove();
}"""


def test_lines_are_marked_and_quoted_also_below_hidden_ones(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    box_of(page, "create_task").evaluate(HIDE_TWO_LINES)
    steps = stepped(page, "create_task")
    marked = page.locator(".example-source .highlight .tl-now")
    for _ in range(3):
        steps.get_by_role("button", name="Next line").press("Enter")
        assert marked.inner_text().strip() in steps.inner_text()
        assert marked.inner_text().strip()


@pytest.mark.slow
def test_steps_that_cannot_be_loaded_are_tried_again(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    steps = page.locator('.example-lines[data-name$="/create_task.py"]')
    title = steps.get_by_text("Line by line, with variables")
    # First the player fails to come, then the steps.
    for missing in ("**/run/lines.js*", "**/steps/**"):
        page.context.route(missing, lambda route: route.abort())
        title.click()
        steps.get_by_text("Are you online?").wait_for()
        page.context.unroute(missing)
        title.click()
    stepped(page, "create_task")
    assert steps.get_by_text("Are you online?").count() == 0


def test_every_program_has_steps_or_a_reason() -> None:
    folder = Folder(read_settings(REPOSITORY))
    proofs = Proofs(folder)
    unknown, heavy = [], []
    for name, example in folder.examples.items():
        text = proofs.steps(example)
        _, reason, _, why = proofs.entries[name]
        if not text and not reason and not why:
            unknown.append(name)
        if len(gzip.compress(text.encode(), 9)) > 1024:
            heavy.append(name)
        assert bool(text) == example.steps.is_file(), name
    assert unknown == []  # make matrix records them
    assert heavy == []
    stray = [
        path
        for path in folder.settings.folder.rglob("*.steps")
        if not path.with_suffix(".py").is_file()
    ]
    assert stray == []


@pytest.mark.slow
def test_recorded_steps_are_what_the_page_logs() -> None:
    """Run a ninth of them; whoever committed them has run them all."""
    folder = Folder(read_settings(REPOSITORY))
    proofs = Proofs(folder)
    prover = Prover(Runtime(REPOSITORY / ".playground"), folder)
    recorded = {n: proofs.steps(e) for n, e in folder.examples.items()}
    some = [e for n, e in folder.examples.items() if recorded[n]]
    assert len(some) > 100
    for example, found in prover.answers(some[::9], lines=LINES + 1):
        assert steps_of(found["events"]) == recorded[example.name], example.name


@pytest.mark.slow
def test_a_run_right_after_another_grows_as_well(new_page: NewPage) -> None:
    page = new_page("tutorial/one-task")
    box = box_of(page, "create_task")
    edit(box, SLEEPS)
    # The Python that draws still starts when the second run begins.
    run_until(box, "Running on Python")
    box.get_by_role("button", name="Stop").click()
    run_until(box, "Running on Python")
    growing = box.locator(".run-timeline svg:visible .tl-edge")
    growing.first.wait_for(state="attached")
    box.get_by_role("button", name="Stop").click()
    box.get_by_text("Task-1 sleeps 30 s.").wait_for()
    assert growing.count() == 0


@pytest.mark.slow
def test_another_program_in_the_lab_ends_the_one_that_runs(new_page: NewPage) -> None:
    page = new_page("lab")
    editor = page.locator(".cm-content")
    editor.wait_for()
    editor.press("Control+a")
    page.keyboard.insert_text("while True:\n    pass\n")
    editor.press("Control+Enter")
    page.get_by_text("Running on Python").wait_for()
    # The line between both goes from top to bottom.
    high = "panel => panel.offsetHeight === panel.parentElement.clientHeight"
    assert page.locator(".example-live").evaluate(high)

    def workers() -> int:
        page.evaluate("0")  # so that the news of the browser arrive
        return len(page.workers)

    assert wait_until(lambda: workers() == 3)  # it runs, one draws, and one waits
    page.get_by_label("Begin with").select_option("tutorial/create_task.py")
    page.get_by_role("textbox", name="The program create_task.py").wait_for()
    assert wait_until(lambda: workers() == 2)


@pytest.mark.slow
def test_a_link_is_not_called_damaged_if_the_examples_cannot_be_loaded(
    new_page: NewPage,
) -> None:
    page = new_page("lab", permissions=CLIPBOARD)
    page.locator(".cm-content").wait_for()
    page.get_by_label("Begin with").select_option("tutorial/create_task.py")
    editor = page.get_by_role("textbox", name="The program create_task.py")
    editor.press("Control+End")
    page.keyboard.insert_text("# mine\n")
    link = share(page)
    other = new_page("index")
    other.route("**/programs.json", lambda route: route.abort())
    other.goto(link)
    other.get_by_text("could not be loaded").wait_for()
    assert "# mine" in other.locator(".cm-content").inner_text()
