"""Timelines: observed without side effects, written, described, compared, shown."""

import dataclasses
import functools
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from conftest import REPOSITORY, ROOTS, NewPage, Project, parsed, slow, slow_but
from example_output.folder import TIMELINE, Folder
from example_output.gate import Gate
from example_output.running.interpreter import (
    Interpreter,
    InterpreterError,
    find_interpreter,
    this_interpreter,
)
from example_output.running.job import Job, plan
from example_output.running.runs import Runs
from example_output.settings import Settings
from example_output.timeline.events import (
    CALLBACKS,
    PROGRAM,
    Event,
    UnfitError,
    read_events,
)
from example_output.timeline.fold import fold
from example_output.timeline.horizontal import Horizontal
from example_output.timeline.marks import Links, width_of
from example_output.timeline.picture import MIDDLE, NARROW, WIDE, draw, explain
from example_output.timeline.recorded import (
    TimelineError,
    differences,
    read_timeline,
    write_timeline,
)
from example_output.timeline.story import phrases, tell, ticks, title_of
from example_output.timeline.vertical import Vertical
from example_output.transcript import Transcript
from test_forking import HOSTILE, told

OWN = "{}.{}".format(*sys.version_info)
# The Python that runs the tests, and all others.
PYTHONS = sorted({"3.11", "3.12", "3.13", "3.14", OWN})
VERSIONS = slow_but(OWN, of=PYTHONS)


def python(version: str) -> Interpreter:
    """An installed interpreter; the one that runs the tests, for its own version."""
    found = _installed(version)
    if isinstance(found, str):
        pytest.skip(found)
    return found


@functools.cache
def _installed(version: str) -> Interpreter | str:
    """An interpreter, or why there is none: to know it, every Python is started."""
    try:
        return this_interpreter() if version == OWN else find_interpreter(version)
    except InterpreterError as error:
        return str(error)


@functools.cache
def gate(version: str) -> Gate:
    """The examples of this site, on an interpreter."""
    return Gate(Folder(Settings.read(REPOSITORY, {})), python(version).version)


def watch(jobs: list[Job], *, timeline: bool = True) -> dict[str, Transcript]:
    """The transcripts of some runs, by their keys."""
    jobs = [dataclasses.replace(job, timeline=timeline) for job in jobs]
    with Runs(jobs, at_once=16) as runs:
        return dict(runs.results())


# -- Observation changes nothing -----------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_observation_changes_the_output_of_no_example(version: str) -> None:
    # What a plain run prints is in the recordings, and proven by `pytest examples`.
    ours = gate(version)
    # Each example on one of three Pythons.
    every = list(ours.folder.examples.values())[PYTHONS.index(version) % 3 :: 3]
    examples = [e for e in every if ours.applies(e)]
    watched = watch([plan(ours, e, python(version), e.name) for e in examples])
    problems = [ours.check(e, watched[e.name]) for e in examples]
    assert [problem.text for problem in problems if problem] == []


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
        "print(0.2 <= time.perf_counter() - start < 9, time.time() > 1e9)\n"
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
        "print(repr(sys.stderr), type(sys.stdout))\nsys.stdout.writ('a typo')\n"
    ),
    "looks for what watches it": (
        "import os, sys\nours = ('clock', 'objects', 'observe', 'watch')\n"
        "print([n for n in sys.modules if n.endswith(ours) or 'example_' in n])\n"
        "print(len(sys.path),\n"
        "      sorted(k for k in os.environ if 'EXAMPLE' in k or k == 'PYTHONPATH'))\n"
    ),
}


EVERY = {**HOSTILE, **CUNNING}


@pytest.mark.parametrize(
    ("version", "sources"),
    [(OWN, CUNNING), *(slow(version, EVERY) for version in PYTHONS)],
    ids=["cunning", *PYTHONS],
)
def test_hostile_programs_cannot_detect_observation(
    programs: Plan, version: str, sources: dict[str, str]
) -> None:
    jobs = programs(sources, python(version))
    plain, watched = told(watch(jobs, timeline=False)), told(watch(jobs))
    for name, expected in plain.items():
        if name == "destroyed while pending" and version == "3.11":
            # Which of the two in a cycle is collected first is nobody's promise.  A
            # program for which it matters is refused a timeline.
            change = (
                "wait() running at a_program.py:4",
                "wait() done, defined at a_program.py:3",
            )
            texts = [t[0].replace(*change) for t in (watched[name], expected)]
            assert texts[0] == texts[1]
            assert watched[name][1:] == expected[1:]
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


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS[:1])
def test_twenty_recordings_are_the_same_bytes(version: str) -> None:
    jobs = [
        dataclasses.replace(
            plan(
                gate(version),
                gate(version).folder.examples[name],
                python(version),
                f"{name} {number}",
            ),
            seed=number,
            garbage=number % 3 * 5 or None,
        )
        for name in SAMPLE
        for number in range(20)
    ]
    runs = watch(jobs)
    assert len(runs) == 20 * len(SAMPLE)
    for key, run in runs.items():
        name, _, _ = key.rpartition(" ")
        recording = gate(version).recording(
            gate(version).folder.examples[name], TIMELINE
        )
        assert recording is not None
        assert run.timeline == recording.read(), key


def test_the_worked_program_has_one_timeline_for_every_python() -> None:
    source = REPOSITORY / "examples" / "tutorial" / "create_task.py"
    assert len(recordings_of(source)) == 1


def test_virtual_clock_makes_sleeps_instant(
    programs: Plan, interpreter: Interpreter
) -> None:
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
def test_unsupported_features_are_reported(
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


def test_each_print_is_one_event(programs: Plan, interpreter: Interpreter) -> None:
    (run,) = watch(programs({"prints": PRINTED}, interpreter)).values()
    found = [(e.kind, e.line, e.what, e.more) for e in read_timeline(run.timeline)]
    assert found == [
        ("print", 4, "a b", 0),
        ("print", 5, "c", 1),
        ("error", 6, "one", 1),
        ("print", 7, "1", 0),
        ("print", 8, "2", 0),
    ]


def test_tasks_with_the_same_name_are_distinguished(
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
    """An event that an observer can report."""
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


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(some.lists(events()))
def test_written_timeline_is_read_back(found: list[Event]) -> None:
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
        ("turn    time  line  event\n   1       0     1  Task-1 block\n", 2),
        ("turn    time  line  event\n   1       0     1  Task-1 block: long\n", 2),
    ],
)
def test_invalid_timeline_is_refused_with_the_line(text: str, line: int) -> None:
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
def test_differences_are_described_in_words(
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
        ("callbacks block: 1e-05", "a callback blocks the thread for 1e-05 s"),
    ],
)
def test_events_are_described_in_words(row: str, words: str) -> None:
    assert rows(row)[0].words == words


def test_truncated_events_are_read_up_to_the_break() -> None:
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
    """One of the pictures, with the lanes that are folded if there are any."""
    found, *_ = BeautifulSoup(markup, "html.parser").select(f".tl-{place} > svg")
    return found


ALL = sorted(
    path.relative_to(REPOSITORY / "examples").as_posix()
    for path in (REPOSITORY / "examples").rglob("*.timeline")
)


@pytest.mark.parametrize("name", ALL)
def test_every_picture_has_every_step_and_stays_inside(name: str) -> None:
    found = recorded(name)
    markup = draw("a.py", found, Links("code", "output"), "t")
    pictures = BeautifulSoup(markup, "html.parser").select("svg")
    # One for each width, unless it is the same for two.
    places = " ".join(str((svg.parent or svg).get("class")) for svg in pictures)
    assert all(places.count(width) for width in ("wide", "middle", "narrow"))
    for picture in pictures:
        place = str((picture.parent or picture).get("class", "narrow"))
        limit = {"wide": WIDE, "middle": MIDDLE, "narrow": NARROW}
        width = float(str(picture["width"]))
        assert width <= min(most for name, most in limit.items() if name in place)
        steps = [int(str(step["data-step"])) for step in picture.select(".tl-step")]
        assert steps == list(range(len(tell(found).steps)))
        parts = picture.select("[x]")
        assert len(parts) >= len(picture.select(".tl-step > :not(.tl-step)"))
        for part in parts:
            assert 0 <= float(str(part["x"])) <= width
            assert float(str(part.get("y", "0"))) <= float(str(picture["height"]))
    ids = re.findall(r'id="([^"]*)"', markup)
    assert len(ids) == len(set(ids)) == len(pictures)


Box = tuple[float, float, float, float]


def words_in(picture: Tag) -> list[tuple[str, Box]]:
    """The lines of text, and where they are: left, top, right, bottom."""
    found = []
    for text in picture.select("text"):
        size = 12 if text.get("class") in (None, ["tl-name"], ["tl-later"]) else 11
        bold = text.get("class") in (["tl-name"], ["tl-later"], ["tl-head"])
        y = float(str(text["y"]))
        lines = text.find_all("tspan", recursive=False) or [text]
        for line in lines:
            y += float(str(line.get("dy", "0")))
            x, words = float(str(line.get("x", text["x"]))), line.get_text()
            width = width_of(words.rstrip(), size, bold=bold)
            found.append((words, (x, y - 0.75 * size, x + width, y + 0.2 * size)))
    return found


def lines_in(picture: Tag) -> list[Box]:
    """The lines and arrows, as boxes without width."""
    found = []
    for path in picture.select(".tl-wait, .tl-ready, .tl-arrow"):
        for x, y, way, to in re.findall(
            r"M([\d.]+) ([\d.]+)([HV])([\d.]+)", str(path["d"])
        ):
            ends = [float(x), float(to)] if way == "H" else [float(y), float(to)]
            left, right = sorted(ends) if way == "H" else [float(x)] * 2
            top, bottom = sorted(ends) if way == "V" else [float(y)] * 2
            found.append((left, top, right, bottom))
    return found


def meet(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return (
        one[0] < other[2]
        and other[0] < one[2]
        and one[1] < other[3]
        and other[1] < one[3]
    )


def check_words(picture: Tag) -> None:
    """Check that nothing crosses words, and that they are inside the picture."""
    words, lines = words_in(picture), lines_in(picture)
    width = float(str(picture["width"]))
    for index, (text, box) in enumerate(words):
        assert box[2] <= width + 1, text
        assert not [line for line in lines if meet(box, line)], text
        assert not [other for other, place in words[index + 1 :] if meet(box, place)]


@pytest.mark.parametrize("name", ALL)
def test_no_line_and_no_other_words_cross_words(name: str) -> None:
    markup = draw("a.py", recorded(name), Links("code", "output"), "t")
    for picture in BeautifulSoup(markup, "html.parser").select("svg"):
        check_words(picture)


def test_crossed_words_are_detected() -> None:
    markup = only(recorded("tutorial/overlap.timeline"), horizontal=True)
    picture = BeautifulSoup(markup, "html.parser")
    check_words(picture.select("svg")[0])
    for text in picture.select("text"):
        text["x"] = "200"
    with pytest.raises(AssertionError):
        check_words(picture.select("svg")[0])


def test_tasks_that_do_the_same_are_one_lane() -> None:
    story = tell(recorded("tutorial/create_many_tasks.timeline"))
    folded = fold(story)
    assert folded.lanes == ["Task-1", "Task-2", "Task-3 \u2026 Task-20", "Task-21"]
    assert [step.number for step in folded.steps] == list(range(len(folded.steps)))
    numbers = [number for step in folded.steps for number in step.numbers]
    assert numbers == [step.number for step in story.steps]
    # The one that wakes main() is not the same, nor are some that are few.
    for name in ("tutorial/overlap", "howto/limit_with_semaphore"):
        other = tell(recorded(f"{name}.timeline"))
        assert fold(other) is other


def test_key_explains_what_is_in_the_picture_and_nothing_else() -> None:
    told = BeautifulSoup(
        explain(recorded("howto/blocked_loop.timeline")), "html.parser"
    )
    assert told.get_text().split("  ") == [
        " runs", "blocks the thread: nothing else runs", "waits",
        "ready, waits for its turn", "creates or wakes", "finishes", "time passes ",
    ]  # fmt: skip
    cancelled = explain(recorded("howto/cancel_a_task.timeline"))
    assert "ends as cancelled" in cancelled
    assert "blocks" not in cancelled
    assert all(svg["aria-hidden"] == "true" for svg in told.select("svg"))


def test_picture_links_to_lines_of_the_page() -> None:
    found = recorded("tutorial/create_task.timeline")
    markup = draw("a.py", found, Links("code", "output"), "t")
    leads = {str(a["href"]) for a in svg(markup, "narrow").select("a")}
    assert leads == {
        "#code-12", "#output-1", "#code-6", "#output-2", "#code-9", "#code-17",
        "#output-3",
    }  # fmt: skip
    assert not svg(draw("a.py", found, Links(), "t"), "wide").select("a")


def test_step_is_described_by_its_events() -> None:
    story = tell(recorded("tutorial/create_many_tasks.timeline"))
    assert list(phrases(story.steps[0])) == [
        "starts",
        "prints “main coroutine started”",
        "creates Task-2 to Task-21",
        "waits for Task-2",
    ]
    assert len(story.lanes) == 21


def test_wrapped_words_are_separated_by_spaces() -> None:
    parted = at('0 Task-1 print: "some-words-of-which-each-is-parted-at-a-hyphen"')
    for found in [parted, *map(recorded, ALL)]:
        picture = Vertical(tell(found), Links(), NARROW).draw("", "t")
        for part in BeautifulSoup(picture, "html.parser").select(".tl-step"):
            step = tell(found).steps[int(str(part["data-step"]))]
            told = f"{step.lane} {', '.join(phrases(step))}"
            text = part.select("text")[0].get_text()
            assert text.replace("\N{NO-BREAK SPACE}", " ") == told


def test_ticks_hold_time_line_and_output_of_each_event() -> None:
    found = ticks(recorded("tutorial/create_task.timeline"))
    assert found[0] == [0, 21, 1, 0, -1]  # main() is created before the first step
    assert found[2] == [0, 13, 1, 1, 0]
    assert found[-2] == [1000, 18, 3, 1, 3]


# -- The picture of what lasts ---------------------------------------------------------


def at(*found: str) -> list[Event]:
    """Events, as their times and rows, without turns and lines."""
    head = "turn    time  line  event\n"
    split = [row.split(" ", 1) for row in found]
    return read_timeline(head + "".join(f"1 {t} 1  {row}\n" for t, row in split))


def only(found: list[Event], *, horizontal: bool) -> str:
    """One of the two pictures, however wide it is."""
    story, links = tell(found), Links("code", "output")
    picture = Horizontal(story, links) if horizontal else Vertical(story, links, WIDE)
    return picture.draw("what tasks did", "t")


BLOCKS = {
    "two blocks in one step": at(
        "0 Task-1 create by program: main",
        "0 Task-1 start",
        "0 Task-2 create by Task-1: work",
        "0 Task-1 block: 0.5",
        '0.5 Task-1 print: "between"',
        "0.5 Task-1 block: 0.25",
        "0.75 Task-3 create by Task-1: work",
        "0.75 Task-1 suspend by Task-2: task",
        "0.75 Task-2 start",
        "0.75 Task-1 ready by Task-2",
        "0.75 Task-2 finish",
        "0.75 Task-3 start",
        "0.75 Task-3 finish",
        "0.75 Task-1 resume",
        "0.75 Task-1 finish",
    ),
    "two blocks with nothing between": at(
        "0 Task-1 create by program: main",
        "0 Task-1 start",
        "0 Task-1 block: 1",
        "1 Task-1 block: 2",
        "3 Task-1 finish: 7",
    ),
    "an eager first step": at(
        "0 Task-1 create by program: main",
        "0 Task-1 start",
        "0 Task-2 create by Task-1: work",
        "0 Task-2 start",
        "0 Task-2 block: 0.5",
        '0.5 Task-2 print: "worked"',
        "0.5 Task-2 suspend: yield",
        "0.5 Task-1 suspend by Task-2: task",
        "0.5 Task-2 resume",
        "0.5 Task-1 ready by Task-2",
        "0.5 Task-2 finish",
        "0.5 Task-1 resume",
        "0.5 Task-1 finish",
    ),
    "one blocks while the other's time is up": at(
        "0 Task-1 create by program: main",
        "0 Task-1 start",
        "0 Task-2 create by Task-1: work",
        "0 Task-3 create by Task-1: work",
        "0 Task-1 suspend by Task-2, Task-3: gather",
        "0 Task-2 start",
        "0 Task-2 suspend: sleep 0.5",
        "0 Task-3 start",
        "0 Task-3 suspend: sleep 0.5",
        "0.5 Task-2 ready by timer",
        "0.5 Task-3 ready by timer",
        "0.5 Task-2 resume",
        "0.5 Task-2 block: 0.5",
        "1 Task-2 finish",
        "1 Task-3 resume",
        "1 Task-3 block: 0.5",
        "1.5 Task-1 ready by Task-3",
        "1.5 Task-3 finish",
        "1.5 Task-1 resume",
        "1.5 Task-1 finish",
    ),
    "the program and a callback": at(
        "0 program block: 2",
        '2 program print: "a"',
        "2 Task-1 create by program: main",
        "2 Task-2 create by program: work",
        "2 Task-1 start",
        "2 Task-1 block: 1",
        "3 Task-1 suspend: sleep 2",
        "3 Task-2 start",
        "3 Task-2 finish",
        "3 callbacks block: 0.5",
        "5 Task-1 ready by timer",
        "5 Task-1 resume",
        "5 Task-1 finish",
        "5 program block: 4",
    ),
    "time that passes without a block": at(
        "0 Task-1 create by program: main",
        "0 Task-1 start",
        "0 Task-2 create by Task-1: work",
        '1 Task-1 print: "later"',
        "1 Task-1 suspend by Task-2: task",
        "1 Task-2 start",
        "1 Task-1 ready by Task-2",
        "2 Task-2 finish",
        "2 Task-1 resume",
        "2 Task-1 finish",
    ),
    "times that are rounded": at(
        "0 Task-1 create by program: main",
        "0.001 Task-1 start",
        "0.001 Task-1 block: 0.0014",
        "0.003 Task-1 finish",
    ),
    "a block of no time": at(
        "0 Task-1 create by program: main",
        "0 Task-1 start",
        "0 Task-1 block: 0",
        '0 Task-1 print: "at once"',
        "0 Task-1 finish",
    ),
}


def told_parts(found: list[Event]) -> list[tuple[str, float, float, str]]:
    """The parts of a story: lane, start, end and description."""
    return [
        (step.lane, step.time, step.until, ", ".join(phrases(step)))
        for step in tell(found).steps
    ]


def test_blocking_step_is_split_into_parts() -> None:
    assert told_parts(BLOCKS["two blocks in one step"])[:5] == [
        ("Task-1", 0, 0, "starts, creates Task-2"),
        ("Task-1", 0, 0.5, "blocks the thread for 0.5 s"),
        ("Task-1", 0.5, 0.5, "prints “between”"),
        ("Task-1", 0.5, 0.75, "blocks the thread for 0.25 s"),
        ("Task-1", 0.75, 0.75, "creates Task-3, waits for Task-2"),
    ]
    assert told_parts(BLOCKS["an eager first step"])[:5] == [
        ("Task-1", 0, 0, "starts, creates Task-2"),
        ("Task-2", 0, 0, "starts"),
        ("Task-2", 0, 0.5, "blocks the thread for 0.5 s"),
        ("Task-2", 0.5, 0.5, "prints “worked”, lets the others run"),
        ("Task-1", 0.5, 0.5, "waits for Task-2"),
    ]
    assert told_parts(BLOCKS["the program and a callback"]) == [
        ("program", 0, 2, "blocks the thread for 2 s"),
        ("program", 2, 2, "prints “a”"),
        ("Task-1", 2, 2, "starts"),
        ("Task-1", 2, 3, "blocks the thread for 1 s"),
        ("Task-1", 3, 3, "sleeps 2 s"),
        ("Task-2", 3, 3, "starts, finishes"),
        ("callbacks", 3, 3.5, "blocks the thread for 0.5 s"),
        ("Task-1", 5, 5, "resumes, finishes"),
        ("program", 5, 9, "blocks the thread for 4 s"),
    ]
    assert [s.before for s in tell(BLOCKS["the program and a callback"]).steps] == [
        -1, 0, -1, 2, 3, -1, -1, -1, -1,
    ]  # fmt: skip
    assert told_parts(BLOCKS["times that are rounded"]) == [
        ("Task-1", 0.001, 0.001, "starts"),
        ("Task-1", 0.001, 0.003, "blocks the thread for 0.0014 s"),
        ("Task-1", 0.003, 0.003, "finishes"),
    ]
    assert told_parts(BLOCKS["a block of no time"]) == [
        (
            "Task-1", 0, 0,
            "starts, blocks the thread for 0 s, prints “at once”, finishes",
        ),
    ]  # fmt: skip


def test_title_includes_the_duration_of_the_last_block() -> None:
    found = BLOCKS["the program and a callback"]
    assert title_of("a.py", tell(found)) == "What 2 tasks of a.py did, in 9 s"


def test_ticks_name_the_part_of_a_blocking_step() -> None:
    found = ticks(BLOCKS["two blocks in one step"])
    assert [(time, step) for time, *_, step in found[1:8]] == [
        (0, 0), (0, 0), (0, 1), (500, 2), (500, 3), (750, 4), (750, 4),
    ]  # fmt: skip


class World:
    """A model of a loop whose tasks do anything that is possible, and its events."""

    ways = ("print", "block", "dawdle", "create", "start", "wake", "finish", "sleep")

    def __init__(self) -> None:
        self.seen: list[Event] = []
        self.clock = 0  # milliseconds
        self.ready = ["Task-1"]
        self.asleep: dict[str, int] = {}
        self.started: set[str] = set()
        self.open: list[str] = []
        """The tasks that run: each one was started eagerly by the one before it."""

    def tell(self, lane: str, kind: str, *by: str, what: str = "") -> None:
        self.seen.append(Event(1, self.clock / 1000, lane, kind, 1, by, what))

    def loop(self) -> bool:
        """Give one task its turn; return whether there is one."""
        if not self.ready and self.asleep:
            self.clock = max(self.clock, min(self.asleep.values()))
        for lane in [n for n, due in self.asleep.items() if due <= self.clock]:
            self.wake(0, lane, "timer")
        if self.ready:
            self.go_on(self.ready.pop(0))
        return bool(self.open)

    def go_on(self, lane: str) -> None:
        self.open.append(lane)
        self.tell(lane, "resume" if lane in self.started else "start")
        self.started.add(lane)

    def print(self, _time: int) -> None:
        self.tell(self.open[-1], "print", what="a line")

    def block(self, time: int) -> None:
        self.tell(self.open[-1], "block", what=f"{time / 1000:g}")
        self.clock += time

    def dawdle(self, time: int) -> None:
        """Let time pass without an event, and more than rounding could explain."""
        self.clock += 10 * time

    def create(self, time: int) -> str:
        name = f"Task-{len(self.seen) + 1}"
        self.tell(name, "create", self.open[-1], what="work")
        if time >= 0:
            self.ready.append(name)
        return name

    def start(self, _time: int) -> None:
        self.go_on(self.create(-1))

    def wake(self, _time: int, lane: str = "", by: str = "") -> None:
        if lane := lane or min(self.asleep, default=""):
            del self.asleep[lane]
            self.ready.append(lane)
            self.tell(lane, "ready", by or self.open[-1])

    def finish(self, _time: int) -> None:
        self.tell(self.open.pop(), "finish")

    def sleep(self, time: int) -> None:
        lane = self.open.pop()
        self.tell(lane, "suspend", what="sleep 1" if time else "yield")
        if time:
            self.asleep[lane] = self.clock + time
        else:
            self.ready.append(lane)


@some.composite
def lives(draw: some.DrawFn) -> list[Event]:
    """The events of a random world."""
    world = World()
    early = draw(some.booleans())
    if early:
        world.tell("Task-1", "create", "program", what="main")
    if draw(some.booleans()):
        world.tell("program", "block", what="0.3")
        world.clock = 300
    if not early:
        world.tell("Task-1", "create", "program", what="main")
    deeds = some.tuples(
        some.sampled_from(World.ways), some.sampled_from([0, 1, 100, 500])
    )
    for way, time in draw(some.lists(deeds, max_size=30)):
        if not world.open and not world.loop():
            break
        getattr(world, way)(time)
    return world.seen


Span = tuple[float, float]
ENDS = ("finish", "fail", "cancelled", "destroy")


class Seen:
    """What a picture shows, by lane and by position along it."""

    def __init__(self, picture: Tag, *, horizontal: bool) -> None:
        along, size = ("x", "width") if horizontal else ("y", "height")
        across, other = ("y", "height") if horizontal else ("x", "width")
        self.bars: dict[float, list[Span]] = {}
        self.parts: dict[int, tuple[float, Span]] = {}
        self.blocks: dict[int, bool] = {}
        for rect in picture.select("rect"):
            begin, extent = float(str(rect[along])), float(str(rect[size]))
            lane = round(float(str(rect[across])) + float(str(rect[other])) / 2, 1)
            self.bars.setdefault(lane, []).append((begin, begin + extent))
            if step := rect.find_parent(class_="tl-step"):
                number = int(str(step["data-step"]))
                self.parts[number] = lane, (begin, begin + extent)
                self.blocks[number] = rect["class"] == ["tl-block"]
        axis = 0 if horizontal else 1
        places = re.findall(
            r"M([\d.]+) ([\d.]+)",
            "".join(str(b["d"]) for b in picture.select(".tl-break")),
        )
        self.breaks = sorted(float(place[axis]) for place in places)
        self.lines: list[tuple[float, Span, str]] = []
        for path in picture.select(".tl-wait, .tl-ready"):
            kind = path.get_attribute_list("class")[0]
            for *start, end in re.findall(
                r"M([\d.]+) ([\d.]+)[VH]([\d.]+)", str(path["d"])
            ):
                begin, lane = float(start[axis]), float(start[1 - axis])
                self.lines.append((lane, (begin, float(end)), kind))

    def at(self, lane: float, place: float) -> set[str]:
        """What is drawn at a place of a lane."""
        bars = self.bars.get(lane, [])
        drawn = {"runs" for begin, end in bars if begin <= place <= end}
        for row, (begin, end), kind in self.lines:
            if abs(row - lane) < 0.2 and begin <= place <= end:
                drawn.add(kind)
        return drawn

    def moment(self, place: float) -> int:
        """How many breaks are before a place."""
        return sum(place > found for found in self.breaks)


def check_picture(found: list[Event], picture: str, *, horizontal: bool) -> None:
    """Check that each bar is at the times of its events, and each step is one bar."""
    story = tell(found)
    seen = Seen(BeautifulSoup(picture, "html.parser"), horizontal=horizontal)
    moments = sorted({0.0} | {t for s in story.steps for t in (s.time, s.until)})
    assert len(seen.breaks) == len(moments) - 1
    assert sorted(seen.parts) == list(range(len(story.steps)))
    for event, number in zip(found, story.step_of, strict=True):
        if number >= 0:
            lane, (begin, end) = seen.parts[number]
            assert seen.moment(begin) == moments.index(event.time)
            until = story.steps[number].until
            assert seen.moment(end) == moments.index(until)
            lasts = event.kind == "block" and float(event.what) > 0
            assert seen.blocks[number] == lasts
    for step in story.steps:
        lane, (begin, _) = seen.parts[step.number]
        if step.before >= 0:  # no gap between it and what it did before
            _, (_, reached) = seen.parts[step.before]
            for one, other in sorted(seen.bars[lane]):
                reached = max(reached, other) if one <= reached + 0.1 else reached
            assert reached >= begin
    check_others(found, seen)


def check_others(found: list[Event], seen: Seen) -> None:
    """Check that while one task blocks, the others are drawn as what they do."""
    story = tell(found)
    lanes = {step.lane: seen.parts[step.number][0] for step in story.steps}
    for index, event in enumerate(found):
        part = story.step_of[index]
        if event.kind == "block" and story.steps[part].blocks:
            _, (begin, end) = seen.parts[part]
            for name, lane in lanes.items():
                expected = does(found, index, name)
                drawn = seen.at(lane, (begin + end) / 2)
                if name in (PROGRAM, CALLBACKS):  # which wait for nothing
                    drawn &= {"runs"}
                assert drawn == expected, f"{name} at {event.time} s"


def does(found: list[Event], index: int, name: str) -> set[str]:
    """What has to be drawn in a lane at an event."""
    before = [event for event in found[:index] if event.lane == name]
    after = found[index:]
    if found[index].lane == name:
        return {"runs"}
    if name in (PROGRAM, CALLBACKS) or not before or before[-1].kind in ENDS:
        return set()
    last = before[-1]
    if last.kind == "suspend" and last.what != "yield":
        return {"tl-wait"}
    if last.kind in ("create", "ready", "suspend"):
        turns = any(e.lane == name and e.kind in ("start", "resume") for e in after)
        return {"tl-ready"} if turns else {"tl-wait"}
    goes_on = any(name in (e.lane, *e.by[:1]) for e in after)
    return {"runs"} if goes_on else set()


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("horizontal", [False, True])
def test_blocking_steps_are_drawn_to_their_end(name: str, *, horizontal: bool) -> None:
    check_picture(
        BLOCKS[name], only(BLOCKS[name], horizontal=horizontal), horizontal=horizontal
    )


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(lives(), some.booleans())
def test_every_event_is_drawn_at_its_own_time(
    found: list[Event], horizontal: bool
) -> None:
    check_picture(found, only(found, horizontal=horizontal), horizontal=horizontal)


# -- The gate --------------------------------------------------------------------------

TIMED = ROOTS / "timed"
TWO = (TIMED / "two.py").read_text("utf-8")


@pytest.fixture
def timed(project: Callable[[str], Project]) -> Project:
    """The basic root, with an example whose timeline is on a page."""
    basic = project("basic")
    for path in TIMED.iterdir():
        shutil.copy(path, basic / "examples")
    shown = "\n```{example} two.py\n:timeline:\n```\n"
    basic.write("index.md", basic.read("index.md") + shown)
    return basic


def test_recording_writes_the_timeline(project: Callable[[str], Project]) -> None:
    basic = project("basic")
    basic.write("examples/two.py", TWO)
    done = basic.pytest("--example-record", "--example-timeline", "examples/two.py")
    assert done.status == 0, done.plain
    for path in TIMED.iterdir():
        assert basic.read(f"examples/{path.name}") == path.read_text("utf-8")


def test_lines_numbered_otherwise_have_no_links(timed: Project) -> None:
    timed.replace("index.md", ":timeline:\n", ":timeline:\n:lineno-start: 100\n")
    assert timed.build("-W").status == 0
    soup = BeautifulSoup(timed.html(), "html.parser")
    ids = {str(tag["id"]) for tag in soup.select("[id]")}
    links = [str(a["href"]) for a in soup.select(".example-timeline a[href^='#']")]
    assert links
    assert {link.removeprefix("#") for link in links} <= ids


def swap(timed: Project) -> None:
    """Create the second task first; the output stays the same."""
    first, second = re.findall(r"    \w+ = asyncio.*\n", TWO)
    timed.replace("examples/two.py", first + second, second + first)


def test_changed_order_fails_and_is_described(timed: Project) -> None:
    swap(timed)
    build, check = timed.build(), timed.pytest()
    for done in (build, check):
        assert done.status == 1
        assert "its tasks differ from its recorded timeline" in done.plain
        assert "second now starts before first starts" in done.plain
        assert "python -m example_output --record examples/two.py" in done.plain
    line = timed.read("index.md").split("\n").index("```{example} two.py") + 1
    assert f"index.md:{line}: WARNING: two.py: its tasks" in build.plain
    # The page shows what the tasks of this build did.
    words = BeautifulSoup(timed.html(), "html.parser").select(".example-timeline li")
    found = [word.get_text() for word in words]
    second, first = (
        found.index(f"{name} starts (line 4)") for name in ("second", "first")
    )
    assert second < first


@pytest.mark.slow
def test_changed_order_is_accepted_by_recording_it(timed: Project) -> None:
    swap(timed)
    assert timed.pytest("--example-record", "examples/two.py").status == 0
    assert timed.build("-W").status == 0
    assert timed.pytest().status == 0


def test_second_build_records_no_timeline(timed: Project) -> None:
    assert timed.build("-W").status == 0
    before = timed.html()
    done = timed.build("-W")
    assert "0 run, " in done.plain
    assert timed.html() == before


def test_timeline_runs_are_not_counted(timed: Project) -> None:
    timed.build()
    timed.replace("examples/two.py", '"a"), name="first"', '"a"),  name="first"')
    assert "examples: 1 run, " in timed.build().plain


def test_missing_timeline_is_reported(timed: Project) -> None:
    timed.remove("examples/two.timeline")
    done = timed.build()
    assert done.status == 1, done.plain
    assert "it has no recorded timeline" in done.plain
    assert "python -m example_output --record examples/two.py --timeline" in done.plain
    assert "[example_output.timeline]" in done.plain


def test_unused_and_orphaned_timelines_are_reported(timed: Project) -> None:
    timed.replace("index.md", ":timeline:\n", "")
    timed.write("examples/three.timeline", timed.read("examples/two.timeline"))
    done = timed.build()
    assert done.status == 1
    assert "two.py: its timeline is on no page" in done.plain
    assert "three.timeline: a recording without an example" in done.plain


def test_unreadable_timeline_is_reported(timed: Project) -> None:
    timed.write("examples/two.timeline", "nonsense\n")
    done = timed.build()
    assert done.status == 1
    assert "the recording cannot be read" in done.plain


def test_program_with_a_thread_gets_no_timeline(timed: Project) -> None:
    timed.write(
        "examples/two.py",
        "import asyncio\nasyncio.run(asyncio.to_thread(print, 'a'))\n",
    )
    before = timed.read("examples/two.out")
    done = timed.pytest("--example-record", "examples/two.py")
    assert done.status == 1
    assert "its timeline cannot be recorded: it starts a thread" in done.plain
    assert timed.read("examples/two.out") == before
    build = timed.build()
    assert "its timeline can no longer be recorded: it starts a thread" in build.plain


@pytest.mark.slow
def test_order_that_depends_on_a_set_is_refused(timed: Project) -> None:
    timed.write(
        "examples/two.py",
        "import asyncio\n\n\nasync def main():\n    for _ in range(2):\n"
        "        asyncio.create_task(asyncio.sleep(9))\n    await asyncio.sleep(0)\n"
        "    await asyncio.sleep(0)\n\n\nasyncio.run(main())\n",
    )
    done = timed.pytest("--example-record", "examples/two.py")
    assert done.status == 1
    assert "are cancelled at once, in the order of a set" in done.plain


@pytest.mark.slow
def test_timelines_that_differ_are_refused(timed: Project) -> None:
    source = TWO.replace(
        "    first =",
        "    if hash('x') % 2:\n        await asyncio.sleep(0)\n    first =",
    )
    timed.write("examples/two.py", source)
    done = timed.pytest("--example-record", "examples/two.py")
    assert done.status == 1
    assert "because it differs between runs" in done.plain
    assert re.search(
        r"    .*Task-\d", done.plain.partition("differs between runs")[2]
    ), done.plain


def test_recording_without_the_option_makes_no_timeline(timed: Project) -> None:
    assert timed.pytest("--example-record", "examples/hello.py").status == 0
    assert not (timed / "examples/hello.timeline").exists()


@pytest.mark.parametrize(
    "builder", slow_but("text", of=["text", "latex", "man", "epub", "dirhtml"])
)
def test_every_builder_has_the_timeline_in_words(timed: Project, builder: str) -> None:
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


def test_timelines_on_pages_match_their_recordings(site: Path) -> None:
    shown = set()
    gate = Gate(Folder(Settings.read(REPOSITORY, {})), this_interpreter().version)
    for path in sorted(site.rglob("*.html")):
        for box in parsed(path).select(".example-timeline"):
            name = str(box.select(".timeline-player")[0]["data-name"])
            label = box.select(".example-python")[0].text
            found = [li.get_text() for li in box.select(".what-if li")]
            known = [
                (example, recording)
                for example in gate.folder.examples.values()
                if example.path.name == name
                for recording in gate.folder.recordings(example, TIMELINE)
                if in_words(recording.read()) == found
            ]
            if len(known) > 1:  # they differ in what has no words
                known = [(e, r) for e, r in known if r.label in label]
            [(example, recording)] = known
            run = recording == gate.recording(example, TIMELINE)
            run = run and gate.applies(example)
            ending = rf"(^|here )(Python )?{gate.version}"
            not_run = r"; recorded, not run in this build"
            assert re.search(f"{ending if run else not_run}$", label), label
            data = json.loads(str(box.select(".timeline-picture")[0]["data-ticks"]))
            assert len(data) == len(found)
            shown.add(example.path)
    assert len(shown) >= 14
    for worked in ("create_task", "create_many_tasks", "ensure_future"):
        assert REPOSITORY / "examples" / "tutorial" / f"{worked}.py" in shown


def in_words(timeline: str) -> list[str]:
    """A recorded timeline in the words of the page."""
    return [
        event.words + (f" (line {event.line})" if event.line else "")
        for event in read_timeline(timeline)
    ]


def recordings_of(source: Path) -> list[str]:
    """The recorded timelines of an example."""
    paths = [source.with_suffix(".timeline")]
    paths += source.parent.glob(f"{source.stem}.from-*.timeline")
    return [path.read_text("utf-8") for path in paths]


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
    assert page.locator(f"{BOX} .timeline-count").inner_text() == "15 of 15"
    page.keyboard.press("Enter")
    assert page.locator(f"{BOX} output").inner_text() == ""
    assert page.locator(".tl-now").count() == 0
    assert all(output.nth(n).is_visible() for n in range(3))


def test_replay_takes_as_long_as_the_program(new_page: NewPage) -> None:
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


def test_a_replay_goes_back_and_quotes_the_program(new_page: NewPage) -> None:
    page = new_page(PAGE, viewport={"width": 1280, "height": 900})
    box = page.locator(BOX)
    back = box.get_by_role("button", name="Back")
    assert back.is_disabled()
    steps = box.locator(".tl-wide .tl-step:visible")
    every = steps.count()
    for _ in range(8):
        box.get_by_role("button", name="Step").click()
    assert box.get_by_text("8 of 15").is_visible()
    assert box.get_by_text("line 9: await asyncio.sleep(1)").is_visible()
    assert steps.count() == 2 < every  # not what is yet to come
    back.click()
    assert box.get_by_text("7 of 15").is_visible()
    assert box.locator("output").inner_text().startswith("0 s: Task-2 prints")
    back.focus()
    for _ in range(6):
        page.keyboard.press("Enter")
    assert box.get_by_text("1 of 15").is_visible()
    assert back.is_disabled()
    assert page.evaluate("document.activeElement.textContent") == "Step"
    box.get_by_role("button", name="Resume").click()
    box.get_by_role("button", name="Pause").click()
    box.get_by_role("button", name="Show all").click()
    assert steps.count() == every
    assert box.get_by_role("button", name="Replay").is_visible()


@pytest.mark.parametrize("width", [390, slow(1280)])
def test_player_stays_on_the_screen_during_a_replay(
    new_page: NewPage, width: int
) -> None:
    page = new_page(
        "tutorial/many-tasks",
        viewport={"width": width, "height": 800},
        reduced_motion="reduce",  # pages scroll at once
    )
    box = page.locator("#timeline-create-many-tasks")
    step = box.get_by_role("button", name="Step")
    top = "e => e.getBoundingClientRect().top + scrollY"
    for _ in range(4):
        step.click()
    picture = box.locator(".timeline-picture")
    before = picture.evaluate(top)
    program = page.locator("#example-create-many-tasks")
    program.evaluate("e => e.scrollIntoView()")
    page.locator(".tl-pinned").wait_for()
    place = step.bounding_box()
    assert place is not None
    assert place["y"] + place["height"] <= 800
    step.click()
    marked = program.locator(".tl-now").bounding_box()
    assert marked is not None
    assert 0 <= marked["y"] < place["y"]
    # As wide as the program, and nothing else has moved.
    assert marked["width"] > 0.9 * program.evaluate("e => e.clientWidth")
    assert abs(picture.evaluate(top) - before) < 1
    box.get_by_role("button", name="Show all").click()
    assert page.locator(".tl-pinned").count() == 0


@pytest.mark.parametrize(("width", "place"), [(390, "narrow"), slow(1280, "wide")])
def test_replay_shows_a_block_until_its_end(
    new_page: NewPage, width: int, place: str
) -> None:
    page = new_page("howto/blocking-code", viewport={"width": width, "height": 900})
    box = page.locator("#timeline-blocked-loop")
    told = box.locator("output")
    now = box.locator(f".tl-{place} .tl-step.tl-now")
    seen = []
    for _ in range(11):
        box.get_by_role("button", name="Step").click()
        bar = now.locator("rect").bounding_box() if now.count() else None
        seen.append((told.inner_text(), bar))
    blocks, prints, wakes, ends = seen[7:]
    assert blocks[0] == "0 s: Task-2 blocks the thread for 0.5 s (line 9)"
    assert prints[0] == "0.5 s: Task-2 prints “report: ends” (line 10)"
    later = box.locator(f".tl-{place} text", has_text="0.5 s later").bounding_box()
    assert later
    assert blocks[1]
    assert blocks[1]["y"] < later["y"] < blocks[1]["y"] + blocks[1]["height"]
    for _, bar in (prints, wakes, ends):
        assert bar
        assert bar["y"] > later["y"]
    page.locator("#example-blocked-loop-line-9").hover()
    assert now.count() == 1  # a replay is not disturbed
    box.get_by_role("button", name="Show all").click()
    page.locator("#example-blocked-loop-line-9").hover()
    assert now.locator(".tl-block").is_visible()
    assert str(now.text_content()).replace("\N{NO-BREAK SPACE}", " ") == (
        "Task-2 blocks the thread for 0.5 s"
    )


def test_search_terms_are_highlighted_in_the_picture(new_page: NewPage) -> None:
    # The words of its title as well, which Sphinx's script cannot mark.
    page = new_page(PAGE)
    page.evaluate("localStorage.setItem('sphinx_highlight_terms', 'timeline task')")
    # Pages of this site do not load it, since they have a search of their own.
    for name in ("doctools", "sphinx_highlight"):
        page.add_script_tag(url=f"../_static/{name}.js")
    page.locator(f"{BOX} svg rect.highlighted").first.wait_for(state="attached")


def test_reduced_motion_has_no_automatic_replay(new_page: NewPage) -> None:
    page = new_page(PAGE, reduced_motion="reduce")
    names = page.locator(f"{BOX} .timeline-player button:visible").all_inner_texts()
    assert names == ["Back", "Step", "Show all"]


@pytest.mark.parametrize(
    ("motion", "to"), [("no-preference", "Replay"), slow("reduce", "Step")]
)
def test_focus_is_kept_at_the_end_of_a_replay(
    new_page: NewPage, motion: str, to: str
) -> None:
    page = new_page(PAGE, reduced_motion=motion)
    box = page.locator(BOX)
    show_all = box.get_by_role("button", name="Show all")
    box.get_by_role("button", name="Step").click()
    show_all.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.textContent") == to
    if motion == "reduce":
        return  # there is no replay that would end by itself
    box.get_by_role("combobox").select_option("2")
    box.get_by_role("button", name="Replay").click()
    show_all.focus()
    page.locator("button:focus", has_text="Replay").wait_for(timeout=20_000)


def test_hovering_highlights_related_parts(new_page: NewPage) -> None:
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


def test_arrow_keys_move_between_links(new_page: NewPage) -> None:
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


def test_timeline_works_without_javascript(new_page: NewPage) -> None:
    page = new_page(PAGE, java_script_enabled=False)
    assert page.locator(f"{BOX} .timeline-picture svg:visible").count() == 1
    assert not page.locator(f"{BOX} .timeline-player").is_visible()
    page.locator(f"{BOX} summary:visible").click()
    assert page.locator(f"{BOX} li").first.is_visible()


def test_folded_lanes_open(new_page: NewPage) -> None:
    page = new_page("tutorial/many-tasks", viewport={"width": 1280, "height": 900})
    box = page.locator("#timeline-create-many-tasks")
    names = box.locator("svg:visible .tl-name")
    assert "Task-9" not in names.all_text_contents()
    box.get_by_text("Show all 21 lanes").click()
    shown = set(names.all_text_contents())
    assert shown == {f"Task-{number}" for number in range(1, 22)}
    assert box.locator(".timeline-picture svg:visible").count() == 1


# -- What once was told wrongly ------------------------------------------------------

TIMEOUTS = """import asyncio


async def main():
    for _ in range(3):
        try:
            async with asyncio.timeout(0.1):
                await asyncio.sleep(9)
        except TimeoutError:
            print("timeout")


asyncio.run(main())
"""
EXIT = """import asyncio
import sys


async def leave():
    sys.exit(3)


async def main():
    task = asyncio.create_task(leave(), name="leave")
    await asyncio.sleep(1)


asyncio.run(main())
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_each_time_out_tells_that_it_cancels(programs: Plan, version: str) -> None:
    runs = watch(programs({"three": TIMEOUTS}, python(version)))
    assert runs["three"].output == "timeout\n" * 3
    ready = [row for row in runs["three"].timeline.split("\n") if " ready " in row]
    assert [row.partition("Task-1 ready ")[2] for row in ready] == (
        ["by timer: cancelled"] * 3
    ), runs["three"].timeline


@pytest.mark.parametrize("version", VERSIONS)
def test_a_task_that_exits_fails_before_others_are_cancelled(
    programs: Plan, version: str
) -> None:
    runs = watch(programs({"exit": EXIT}, python(version)))
    events = [row.strip() for row in runs["exit"].timeline.split("\n")]
    failed = next(n for n, row in enumerate(events) if "leave fail: SystemExit" in row)
    woken = next(n for n, row in enumerate(events) if "Task-1 ready" in row)
    assert failed < woken, runs["exit"].timeline


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX limits")
def test_few_descriptors_are_enough(tmp_path: Path) -> None:
    import resource

    from example_output.startup.objects import out_of_the_way

    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, before[1]))
    try:
        file = out_of_the_way(os.open(tmp_path / "events", os.O_CREAT | os.O_WRONLY))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert 50 <= file < 128
    os.close(file)
