"""Timelines: seen without a trace, written, told, compared, and shown."""

import dataclasses
import functools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from conftest import REPOSITORY, NewPage, Project
from example_output.gate import TIMELINE, Gate
from example_output.interpreters import InterpreterError, find_interpreter
from example_output.picture import NARROW, WIDE, Links, draw, phrases, tell, ticks
from example_output.runner import Interpreter, Job, Runs
from example_output.settings import Settings
from example_output.timeline import (
    Event,
    TimelineError,
    UnfitError,
    differences,
    read_events,
    read_timeline,
    write_timeline,
)
from example_output.transcript import Transcript
from test_forking import HOSTILE, told

VERSIONS = ["3.11", "3.12", "3.13", "3.14"]


@functools.cache
def python(version: str) -> Interpreter:
    """An interpreter of this machine."""
    try:
        return find_interpreter(version)
    except InterpreterError as error:
        pytest.skip(str(error))


@functools.cache
def gate(version: str) -> Gate:
    """The examples of this site, on an interpreter."""
    return Gate(Settings.read(REPOSITORY, {}), python(version))


def watch(jobs: list[Job], *, timeline: bool = True) -> dict[str, Transcript]:
    """The transcripts of some runs, by their keys."""
    jobs = [dataclasses.replace(job, timeline=timeline) for job in jobs]
    with Runs(jobs, at_once=16) as runs:
        return dict(runs.results())


# -- To be watched changes nothing ---------------------------------------------------


@pytest.mark.parametrize("version", VERSIONS)
def test_no_example_prints_anything_else_when_it_is_watched(version: str) -> None:
    examples = [e for e in gate(version).examples.values() if gate(version).applies(e)]
    jobs = [gate(version).job(e, e.name) for e in examples]
    plain, watched = told(watch(jobs, timeline=False)), told(watch(jobs))
    for example in examples:
        if not example.metadata.varies:
            assert watched[example.name] == plain[example.name]


@pytest.fixture
def programs(tmp_path: Path) -> Callable[[dict[str, str], Interpreter], list[Job]]:
    """Write programs, and plan a run of each."""

    def plan(sources: dict[str, str], interpreter: Interpreter) -> list[Job]:
        jobs = []
        for number, (name, source) in enumerate(sources.items()):
            folder = tmp_path / str(number)
            folder.mkdir(exist_ok=True)
            (folder / "a_program.py").write_text(source, "utf-8")
            job = Job(
                key=name,
                files=(str(folder / "a_program.py"),),
                root=str(folder),
                executable=interpreter.executable,
                library=interpreter.library,
                timeout=20,
                limit=100_000,
            )
            jobs.append(job)
        return jobs

    return plan


Plan = Callable[[dict[str, str], Interpreter], list[Job]]

CUNNING = {
    "looks at the clock": (
        "import time\nstart = time.perf_counter()\ntime.sleep(0.2)\n"
        "print(round(time.perf_counter() - start, 1), time.time() > 1e9)\n"
    ),
    "sleeps for a time that is none": (
        "import time\ntry:\n    time.sleep(-1)\nexcept ValueError as error:\n"
        "    print(error)\n"
    ),
    "twenty that sleep alike": (
        "import asyncio\n\nasync def work(number):\n    await asyncio.sleep(0.1)\n"
        "    print(number, end=' ')\n\nasync def main():\n"
        "    await asyncio.gather(*map(work, range(20)))\n\nasyncio.run(main())\n"
    ),
    "goes away when it is not needed": (
        "import asyncio, weakref\n\nasync def fail():\n    raise ValueError('lost')\n\n"
        "async def main():\n    task = asyncio.create_task(fail())\n"
        "    gone = weakref.ref(task, lambda _: print('gone'))\n"
        "    await asyncio.sleep(0)\n    await asyncio.sleep(0)\n"
        "    print(gone() is task)\n    del task\n    print('end')\n\n"
        "asyncio.run(main())\n"
    ),
    "opens a file": (
        "import os\nfile = open(os.devnull)\nprint(file.fileno())\nfile.close()\n"
    ),
    "looks at its streams": (
        "import sys\nprint(sys.stdout, sys.stderr.mode, sys.__stdout__ is sys.stdout)\n"
    ),
    "looks for what watches it": (
        "import os, sys\nprint('observe' in sys.modules, len(sys.path),\n"
        "      sorted(k for k in os.environ if 'EXAMPLE' in k or k == 'PYTHONPATH'))\n"
    ),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_no_hostile_program_finds_out(programs: Plan, version: str) -> None:
    jobs = programs({**HOSTILE, **CUNNING}, python(version))
    plain, watched = told(watch(jobs, timeline=False)), told(watch(jobs))
    for name, expected in plain.items():
        if name == "looks at its streams":
            # The one thing that it can see: the name of the stream's type.
            expected = (expected[0].replace("_io.TextIOWrapper", "_Stream"), 0, "exit")
            found = re.sub(r"<\S+\._Stream", "<_Stream", watched[name][0])
            assert found.replace("observe._Stream", "_Stream"), expected
            continue
        if name == "destroyed while pending" and version == "3.11":
            # Which of the two in a cycle is collected first is nobody's promise.  A
            # program for which it matters is refused a timeline.
            change = ("wait() running at a_program.py:4", "wait() done, defined at a_")
            assert change[1] in watched[name][0] or watched[name] == expected
            continue
        assert watched[name] == expected, name


# -- The same every time ---------------------------------------------------------------


SAMPLE = [
    "tutorial/create_task.py",
    "tutorial/create_many_tasks.py",
    "explanation/blocking_main.py",
    "howto/queue_workers.py",
    "howto/time_limit.py",
]


def test_twenty_recordings_are_the_same_bytes_on_every_python() -> None:
    texts: dict[str, set[str]] = {}
    for version in ("3.11", "3.12", "3.13"):
        jobs = [
            dataclasses.replace(
                gate(version).job(gate(version).examples[name], f"{name} {number}"),
                seed=number,
                garbage=number % 3 * 5 or None,
            )
            for name in SAMPLE
            for number in range(20)
        ]
        for key, run in watch(jobs).items():
            name, _, _ = key.rpartition(" ")
            recording = gate(version).recording(gate(version).examples[name], TIMELINE)
            assert recording is not None
            assert run.timeline == recording.read()
            texts.setdefault(name, set()).add(run.timeline)
    assert len(texts["tutorial/create_task.py"]) == 1


def test_a_second_takes_no_time(programs: Plan, interpreter: Interpreter) -> None:
    source = "import asyncio, time\ntime.sleep(500)\nasyncio.run(asyncio.sleep(500))\n"
    (run,) = watch(programs({"slow": source}, interpreter)).values()
    assert run.ending == "exit"
    assert run.seconds < 15
    assert read_timeline(run.timeline)[-1].time == 1000


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("import asyncio\nasyncio.run(asyncio.to_thread(print, 1))", "thread"),
        ("import threading\nthreading.Thread(target=print).start()", "thread"),
        ("import subprocess, sys\nsubprocess.run([sys.executable, '-V'])", "process"),
        ("import socket\nsocket.socket().bind(('127.0.0.1', 0))", "connection"),
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_what_cannot_be_told_is_said(
    programs: Plan, version: str, source: str, why: str
) -> None:
    (run,) = watch(programs({"unfit": source}, python(version))).values()
    with pytest.raises(UnfitError, match=why):
        read_timeline(run.timeline)


PRINTED = (
    "import sys\n\ndef tell():\n    print('a', 'b')\n    print('c\\nd')\n"
    "    sys.stderr.write('one\\ntwo\\n')\n    print(1, end='')\n    print(2)\n\n"
    "tell()\n"
)


def test_each_line_is_an_event_and_a_report_is_one(
    programs: Plan, interpreter: Interpreter
) -> None:
    (run,) = watch(programs({"prints": PRINTED}, interpreter)).values()
    found = [(e.kind, e.line, e.what, e.more) for e in read_timeline(run.timeline)]
    assert found == [
        ("print", 4, "a b", 0),
        ("print", 5, "c", 1),
        ("error", 6, "one", 1),
        ("print", 7, "1", 0),
        ("print", 8, "2", 0),
    ]


def test_tasks_of_one_name_are_told_apart(
    programs: Plan, interpreter: Interpreter
) -> None:
    source = (
        "import asyncio\n\nasync def main():\n    for _ in range(2):\n"
        "        await asyncio.create_task(asyncio.sleep(0), name='a twin')\n\n"
        "asyncio.run(main())\n"
    )
    (run,) = watch(programs({"twins": source}, interpreter)).values()
    lanes = {event.lane for event in read_timeline(run.timeline)}
    assert lanes == {"Task-1", "a twin", "a twin#2"}


# -- Text and words --------------------------------------------------------------------

names = some.text(min_size=1, max_size=12).filter(lambda name: "\n" not in name)
texts = some.text(alphabet=some.characters(exclude_characters="\n"), max_size=30)
numbers = some.integers(0, 999)
times = some.integers(0, 10_000_000).map(lambda number: number / 1000)


@some.composite
def events(draw: some.DrawFn) -> Event:
    """An event that an observer can tell of."""
    kind = draw(some.sampled_from(["create", "start", "print", "error", "suspend"]))
    printed = kind in ("print", "error")
    return Event(
        turn=draw(numbers),
        time=draw(times),
        lane=draw(names),
        kind=kind,
        line=draw(numbers),
        by=tuple(draw(some.lists(names, max_size=3))) if kind == "create" else (),
        what=draw(texts) if printed else draw(some.sampled_from(["", "sleep 1"])),
        more=draw(numbers) if printed else 0,
    )


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(some.lists(events()))
def test_what_is_written_is_read(found: list[Event]) -> None:
    text = write_timeline(found)
    assert read_timeline(text) == found
    assert text.count("\n") == len(found) + 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("turn\n", 1),
        ("turn    time  line  event\n   1       0     1  Task-1 start\nx\n", 3),
        ("turn    time  line  event\n   1       0     1  Task-1 flies\n", 2),
        ("turn    time  line  event\n   1       0     1  Task-1 print: x\n", 2),
    ],
)
def test_what_is_no_timeline_is_refused_at_its_line(text: str, line: int) -> None:
    with pytest.raises(TimelineError) as caught:
        read_timeline(text)
    assert caught.value.line == line


def rows(*found: str) -> list[Event]:
    """Events, as their rows without turns, times and lines."""
    head = "turn    time  line  event\n"
    return read_timeline(head + "".join(f"1 0 1  {row}\n" for row in found))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            rows("Task-1 suspend by Task-2: task", "Task-2 start"),
            rows("Task-2 start", "Task-1 suspend by Task-2: task"),
            ["Task-2 now starts before Task-1 waits for Task-2"],
        ),
        (
            rows("Task-2 create by Task-1: a", "Task-3 create by Task-1: b"),
            rows("Task-3 create by Task-1: b", "Task-2 create by Task-1: a"),
            [
                "now Task-1 creates Task-3 from b() before "
                "Task-1 creates Task-2 from a()"
            ],
        ),
        (
            rows('Task-1 print: "a"', "Task-1 finish"),
            rows('Task-1 print: "b"', "Task-1 finish"),
            ["no longer: Task-1 prints “a”", "new: Task-1 prints “b”"],
        ),
        (
            rows("Task-1 ready by timer"),
            [dataclasses.replace(*rows("Task-1 ready by timer"), time=2.0)],
            ["now the timer wakes Task-1 at 2 s, not 0 s"],
        ),
        (
            rows("Task-1 resume"),
            [dataclasses.replace(*rows("Task-1 resume"), turn=3)],
            ["Task-1 now resumes in turn 3, not 1"],
        ),
        (
            rows("Task-1 resume"),
            [dataclasses.replace(*rows("Task-1 resume"), line=9)],
            ["Task-1 resumes: on line 9, not 1"],
        ),
        (
            rows(*(f'Task-1 print: "{n}"' for n in range(9))),
            [],
            [
                *(f"no longer: Task-1 prints “{n}”" for n in range(5)),
                "and 4 differences more",
            ],
        ),
        (rows("Task-1 start"), rows("Task-1 start"), []),
    ],
)
def test_a_difference_is_a_sentence(
    old: list[Event], new: list[Event], expected: list[str]
) -> None:
    assert differences(old, new) == expected


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("Task-1 suspend: sleep 0.5", "Task-1 sleeps 0.5 s"),
        ("Task-1 suspend: yield", "Task-1 lets the others run"),
        ("Task-1 suspend by a, b, c: gather", "Task-1 waits for a, b and c"),
        ("Task-1 suspend: Queue.get", "Task-1 waits for an item of a queue"),
        ("Task-1 suspend: wait", "Task-1 waits in wait()"),
        (
            "Task-1 ready by Task-2: cancelled",
            "Task-2 wakes Task-1 with CancelledError",
        ),
        (
            "Task-1 ready by program: cancelled",
            "asyncio.run() wakes Task-1 with CancelledError",
        ),
        ("Task-1 start: cancelled", "Task-1 has its turn, cancelled already"),
        ("Task-1 finish: 42", "Task-1 finishes with 42"),
        ("Task-1 fail: ValueError: no", "Task-1 fails with ValueError: no"),
        ("Task-1 cancelled", "Task-1 ends as cancelled"),
        ("Task-1 destroy", "Task-1 is destroyed before its end"),
        ("Task-1 block: 2", "Task-1 blocks the thread for 2 s"),
        ("program create by program: main", "the program creates program from main()"),
        (
            'Task-1 error: "Traceback" and 6 more',
            "Task-1 writes “Traceback” and 6 lines more to standard error",
        ),
        ('callbacks print: "x"', "a callback prints “x”"),
    ],
)
def test_an_event_is_a_sentence(row: str, words: str) -> None:
    assert rows(row)[0].words == words


def test_an_observer_that_was_cut_short_is_read_so_far() -> None:
    raw = (
        '{"lane":1,"name":"Task-1"}\n'
        '{"kind":"start","turn":1,"time":0.0,"lane":1,"line":3,"by":null,"what":""}\n'
        '{"kind":"pri'
    )
    assert [event.words for event in read_events(raw, str)] == ["Task-1 starts"]


# -- The picture -----------------------------------------------------------------------


def recorded(name: str) -> list[Event]:
    """A recorded timeline of this site."""
    return read_timeline((REPOSITORY / "examples" / name).read_text("utf-8"))


def svg(markup: str, place: str) -> Tag:
    """One of the two pictures."""
    (found,) = BeautifulSoup(markup, "html.parser").select(f".tl-{place} > svg")
    return found


ALL = sorted(
    path.relative_to(REPOSITORY / "examples").as_posix()
    for path in (REPOSITORY / "examples").rglob("*.timeline")
)


@pytest.mark.parametrize("name", ALL)
def test_both_pictures_have_every_step_and_stay_inside(name: str) -> None:
    found = recorded(name)
    markup = draw("a.py", found, Links("code", "output"), "t")
    story = tell(found)
    for place, limit in (("wide", WIDE), ("narrow", NARROW)):
        picture = svg(markup, place)
        width = float(str(picture["width"]))
        assert width <= limit
        steps = [int(str(step["data-step"])) for step in picture.select(".tl-step")]
        assert steps == list(range(len(story.steps)))
        for part in picture.select("[x]"):
            assert 0 <= float(str(part["x"])) <= width
            assert float(str(part.get("y", "0"))) <= float(str(picture["height"]))
    ids = re.findall(r'id="([^"]*)"', markup)
    assert len(ids) == len(set(ids)) == 2


def test_a_picture_leads_to_lines_that_a_page_has() -> None:
    found = recorded("tutorial/create_task.timeline")
    markup = draw("a.py", found, Links("code", "output"), "t")
    leads = {str(a["href"]) for a in svg(markup, "narrow").select("a")}
    assert leads == {
        "#code-12", "#output-1", "#code-6", "#output-2", "#code-9", "#code-17",
        "#output-3",
    }  # fmt: skip
    assert not svg(draw("a.py", found, Links(), "t"), "wide").select("a")


def test_words_of_a_step_are_its_events() -> None:
    story = tell(recorded("tutorial/create_many_tasks.timeline"))
    assert list(phrases(story.steps[0])) == [
        "starts",
        "prints “main coroutine started”",
        "creates Task-2 to Task-21",
        "waits for Task-2",
    ]
    assert len(story.lanes) == 21


def test_a_replay_knows_the_time_the_line_and_the_output_of_each_event() -> None:
    found = ticks(recorded("tutorial/create_task.timeline"))
    assert found[0] == [0, 21, 1, 0, -1]  # main() is created before the first step
    assert found[2] == [0, 13, 1, 1, 0]
    assert found[-2] == [1000, 18, 3, 1, 3]


# -- The gate --------------------------------------------------------------------------

TWO = """import asyncio


async def work(name):
    print(name)


async def main():
    first = asyncio.create_task(work("a"), name="first")
    second = asyncio.create_task(work("a"), name="second")
    await asyncio.sleep(1)


asyncio.run(main())
"""


@pytest.fixture
def timed(project: Callable[[str], Project]) -> Project:
    """The basic root, with an example whose timeline is on a page."""
    basic = project("basic")
    basic.write("examples/two.py", TWO)
    done = basic.pytest("--record", "--timeline", "examples/two.py")
    assert done.status == 0, done.plain
    shown = "\n```{example} two.py\n:timeline:\n```\n"
    basic.write("index.md", basic.read("index.md") + shown)
    assert basic.build("-W").status == 0
    return basic


def swap(timed: Project) -> None:
    """Have the second task made first; what is printed stays the same."""
    first, second = re.findall(r"    \w+ = asyncio.*\n", TWO)
    timed.replace("examples/two.py", first + second, second + first)


def test_another_order_turns_the_gate_red_with_a_sentence(timed: Project) -> None:
    swap(timed)
    build, check = timed.build(), timed.pytest()
    for done in (build, check):
        assert done.status == 1
        assert "its tasks do not do what its recorded timeline says" in done.plain
        assert "second now starts before first starts" in done.plain
        assert "pytest --record examples/two.py" in done.plain
    line = timed.read("index.md").split("\n").index("```{example} two.py") + 1
    assert f"index.md:{line}: WARNING: two.py: its tasks" in build.plain
    assert timed.pytest("--record", "examples/two.py").status == 0
    assert timed.build("-W").status == 0
    assert timed.pytest().status == 0


def test_the_page_shows_what_this_build_saw(timed: Project) -> None:
    swap(timed)
    timed.build()
    words = BeautifulSoup(timed.html(), "html.parser").select(".example-timeline li")
    found = [word.get_text() for word in words]
    second, first = (
        found.index(f"{name} starts (line 4)") for name in ("second", "first")
    )
    assert second < first


def test_a_second_build_watches_nothing(timed: Project) -> None:
    before = timed.html()
    done = timed.build("-W")
    assert "0 run, " in done.plain
    assert timed.html() == before


def test_runs_that_are_watched_are_not_counted(timed: Project) -> None:
    timed.replace("examples/two.py", '"a"), name="first"', '"a"),  name="first"')
    assert "examples: 1 run, " in timed.build().plain


def test_a_timeline_that_is_not_recorded_is_missed(timed: Project) -> None:
    timed.remove("examples/two.timeline")
    done = timed.build()
    assert done.status == 1, done.plain
    assert "no timeline of it is recorded" in done.plain
    assert "pytest --record examples/two.py --timeline" in done.plain
    assert "[example_output.timeline]" in done.plain


def test_a_timeline_on_no_page_is_told(timed: Project) -> None:
    timed.replace("index.md", ":timeline:\n", "")
    done = timed.build()
    assert done.status == 1
    assert "two.py: its timeline is on no page" in done.plain


def test_a_timeline_without_an_example_is_told(timed: Project) -> None:
    timed.write("examples/three.timeline", timed.read("examples/two.timeline"))
    assert "three.timeline: a recording without an example" in timed.build().plain


def test_a_recording_that_cannot_be_read_is_told(timed: Project) -> None:
    timed.write("examples/two.timeline", "nonsense\n")
    done = timed.build()
    assert done.status == 1
    assert "the recording cannot be read" in done.plain


def test_what_can_have_no_timeline_is_refused(timed: Project) -> None:
    timed.write(
        "examples/two.py",
        "import asyncio\nasyncio.run(asyncio.to_thread(print, 'a'))\n",
    )
    before = timed.read("examples/two.out")
    done = timed.pytest("--record", "examples/two.py")
    assert done.status == 1
    assert "no timeline can be made of it: it starts a thread" in done.plain
    assert timed.read("examples/two.out") == before
    build = timed.build()
    assert "its timeline cannot be made any more: it starts a thread" in build.plain


def test_what_a_set_decides_is_refused(timed: Project) -> None:
    timed.write(
        "examples/two.py",
        "import asyncio\n\n\nasync def main():\n    for _ in range(2):\n"
        "        asyncio.create_task(asyncio.sleep(9))\n    await asyncio.sleep(0)\n"
        "    await asyncio.sleep(0)\n\n\nasyncio.run(main())\n",
    )
    done = timed.pytest("--record", "examples/two.py")
    assert done.status == 1
    assert "are cancelled at once, in the order of a set" in done.plain


def test_what_does_not_always_do_the_same_is_refused(timed: Project) -> None:
    source = TWO.replace(
        "    first =",
        "    if hash('x') % 2:\n        await asyncio.sleep(0)\n    first =",
    )
    timed.write("examples/two.py", source)
    done = timed.pytest("--record", "examples/two.py")
    assert done.status == 1
    assert "its tasks do not always do the same" in done.plain
    assert "main" in done.plain or "Task-1" in done.plain


def test_without_recording_no_timeline_is_made(timed: Project) -> None:
    assert timed.pytest("--record", "examples/hello.py").status == 0
    assert not (timed / "examples/hello.timeline").exists()


@pytest.mark.parametrize("builder", ["text", "latex", "man", "epub", "dirhtml"])
def test_every_builder_has_the_words(timed: Project, builder: str) -> None:
    done = timed.build("-W", builder=builder)
    assert done.status == 0, done.plain
    if builder == "text":
        text = timed.read("_build/text/index.txt")
        assert "first starts (line 4)" in text
        assert "svg" not in text
    if builder == "epub":
        assert "<svg" not in timed.read("_build/epub/index.xhtml")
        assert "first starts" in timed.read("_build/epub/index.xhtml")


# -- The site --------------------------------------------------------------------------


def test_the_words_on_each_page_are_the_recording(site: Path) -> None:
    shown = set()
    here = find_interpreter("3.11").version
    for path in sorted(site.rglob("*.html")):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for box in page.select(".example-timeline"):
            name = str(box.select(".timeline-player")[0]["data-name"])
            label = box.select(".example-python")[0].text
            found = [li.get_text() for li in box.select(".what-if li")]
            (source,) = {
                p
                for p in (REPOSITORY / "examples").rglob(name)
                if p.with_suffix(".timeline").exists()
            }
            recordings = [read_timeline(r) for r in recordings_of(source)]
            expected = [
                [e.words + (f" (line {e.line})" if e.line else "") for e in r]
                for r in recordings
            ]
            assert found in expected, f"{path.name}: {name}"
            data = json.loads(str(box.select(".timeline-picture")[0]["data-ticks"]))
            assert len(data) == len(found)
            assert f"Python {here}" in label or "recorded" in label or ";" in label
            shown.add(source)
    assert len(shown) >= 14
    for worked in ("create_task", "create_many_tasks", "ensure_future"):
        assert REPOSITORY / "examples" / "tutorial" / f"{worked}.py" in shown


def recordings_of(source: Path) -> list[str]:
    """The recorded timelines of an example."""
    paths = [source.with_suffix(".timeline")]
    paths += source.parent.glob(f"{source.stem}.from-*.timeline")
    return [path.read_text("utf-8") for path in paths]


def test_every_mark_leads_somewhere(site: Path) -> None:
    for path in sorted(site.rglob("*.html")):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        ids = {str(tag["id"]) for tag in page.select("[id]")}
        for link in page.select(".example-timeline a[href^='#']"):
            assert str(link["href"])[1:] in ids, f"{path.name}: {link}"


# -- In a browser ----------------------------------------------------------------------

PAGE = "tutorial/one-task"
BOX = "#timeline-create-task"


def test_a_replay_goes_step_by_step_by_keyboard(new_page: NewPage) -> None:
    page = new_page(PAGE)
    page.locator(BOX).get_by_role("button", name="Step").focus()
    output = page.locator("#output-create-task .highlight span[id]")
    assert output.count() == 3
    printed = []
    for _ in range(15):
        page.keyboard.press("Enter")
        seen = [output.nth(n).is_visible() for n in range(3)]
        printed.append(sum(seen))
        now = page.locator("#example-create-task .tl-now").all_inner_texts()
        assert len(now) <= 1
    assert printed == [0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 3, 3]
    told = page.locator(f"{BOX} output").inner_text()
    assert told == "1 s: Task-1 finishes"
    page.keyboard.press("Enter")
    assert page.locator(f"{BOX} output").inner_text() == ""
    assert page.locator(".tl-now").count() == 0
    assert all(output.nth(n).is_visible() for n in range(3))


def test_a_replay_takes_the_time_that_the_program_took(new_page: NewPage) -> None:
    page = new_page(PAGE)
    page.clock.install(time=0)
    page.clock.pause_at(60_000)
    page.locator(BOX).get_by_role("button", name="Replay").click()
    told = page.locator(f"{BOX} output")
    page.clock.run_for(7 * 150)
    assert "Task-2 sleeps 1 s" in told.inner_text()
    page.clock.run_for(900)
    assert "Task-2 sleeps 1 s" in told.inner_text()
    page.clock.run_for(150)
    assert "1 s: the timer wakes Task-2" in told.inner_text()
    page.locator(BOX).get_by_role("button", name="Pause").click()
    page.clock.run_for(5000)
    assert "1 s: the timer wakes Task-2" in told.inner_text()
    page.locator(BOX).get_by_role("button", name="Show all").click()
    assert told.inner_text() == ""
    focused = page.evaluate("document.activeElement.textContent")
    assert focused == "Replay"


def test_a_searched_word_is_marked_in_the_picture_too(new_page: NewPage) -> None:
    # The words of its title as well, which Sphinx's script cannot mark.
    page = new_page(PAGE)
    page.evaluate("localStorage.setItem('sphinx_highlight_terms', 'timeline task')")
    page.reload()
    page.locator(f"{BOX} svg rect.highlighted").first.wait_for(state="attached")


def test_nothing_moves_by_itself_for_those_who_ask_for_that(new_page: NewPage) -> None:
    page = new_page(PAGE, reduced_motion="reduce")
    names = page.locator(f"{BOX} button:visible").all_inner_texts()
    assert names == ["Step", "Show all"]


def test_what_belongs_together_is_shown_together(new_page: NewPage) -> None:
    page = new_page(PAGE, viewport={"width": 1280, "height": 900})
    page.locator(f"{BOX} .tl-wide [data-step='1'] text").first.hover()
    now = page.locator("#example-create-task .tl-now").all_inner_texts()
    assert [line.strip() for line in now] == [
        "async def task_coroutine():",
        'print("executing the task")',
        "await asyncio.sleep(1)",
    ]
    now = page.locator("#output-create-task .tl-now").all_inner_texts()
    assert [line.strip() for line in now] == ["executing the task"]
    page.locator("#output-create-task-line-3").hover()
    steps = page.locator(f"{BOX} .tl-wide .tl-step.tl-now")
    assert [step.get_attribute("data-step") for step in steps.all()] == ["3"]


def test_the_arrow_keys_go_from_mark_to_mark(new_page: NewPage) -> None:
    page = new_page(PAGE, viewport={"width": 390, "height": 900})
    links = page.locator(f"{BOX} .tl-narrow a")
    assert links.count() > 4
    links.first.focus()
    for key, at in (("ArrowRight", 1), ("ArrowDown", 2), ("ArrowLeft", 1), ("End", -1)):
        page.keyboard.press(key)
        link = links.nth(at % links.count())
        assert link.evaluate("link => link === document.activeElement")
    assert page.url.endswith(f"{PAGE}.html")  # the keys for pages were not meant
    assert page.locator(f"{BOX} .tl-narrow a[tabindex='0']").count() == 1


@pytest.mark.parametrize(("width", "place"), [(360, "narrow"), (1280, "wide")])
def test_the_picture_fits_the_page(new_page: NewPage, width: int, place: str) -> None:
    page = new_page(PAGE, viewport={"width": width, "height": 900})
    assert page.locator(f"{BOX} .tl-{place} svg").is_visible()
    assert page.locator(f"{BOX} .timeline-picture svg:visible").count() == 1
    box = page.locator(f"{BOX} .tl-{place} svg").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width


def test_without_the_script_all_is_there(new_page: NewPage) -> None:
    page = new_page(PAGE, java_script_enabled=False)
    assert page.locator(f"{BOX} svg:visible").count() == 1
    assert not page.locator(f"{BOX} .timeline-player").is_visible()
    page.locator(f"{BOX} summary").click()
    assert page.locator(f"{BOX} li").first.is_visible()
