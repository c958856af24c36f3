"""Random programs and random edits: no difference, and no wrong output on a page."""

import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from conftest import Done, Project
from example_output.transcript import read_recording

pytestmark = pytest.mark.slow

PROGRAMS = 488
PARTS = 4
WATCHED = 12
"""How many more have a timeline, too, and sleep in real time."""
EDITED = 50
ROUNDS = 4

texts = some.text(
    "ab Z09_-.:;|&<>'\"\\{}[]()#$%*é☃🐍\t\u2028\x07\x1b\r\x08", max_size=9
)
tenths = some.integers(0, 2)


def call(text: str) -> some.SearchStrategy[str]:
    """A statement; TEXT and TENTHS stand for random ones."""
    return some.builds(
        lambda word, pause: text.replace("TEXT", repr(word)).replace("TENTHS", pause),
        texts,
        tenths.map(str),
    )


STATEMENTS = [
    "print(TEXT)",
    "print(TEXT, end='')",
    "print(TEXT, file=sys.stderr)",
    "print(object(), id, [TEXT])",
    "print(asyncio.current_task().get_name(), 'at 0x10')",
    "await asyncio.sleep(TENTHS / 10)",
    "tasks.append(asyncio.create_task(job(TEXT, TENTHS), name=TEXT))",
    "tasks.append(asyncio.create_task(fail(TEXT, TENTHS)))",
    "tasks[-1:] and tasks.pop().cancel()",
    "print(await asyncio.gather(*tasks, return_exceptions=True))",
    "await asyncio.wait_for(job(TEXT, 2 * TENTHS), 0.3)",
    "job(TEXT, TENTHS)",
    "logging.warning('%s', TEXT)",
    # A carriage return would overwrite the path of the file before it, and so make the
    # output depend on the folder.
    r"warnings.warn(TEXT.replace('\r', ''))",
    "await tasks[-1] if tasks else None",
    "raise ValueError(TEXT)",
    "loop.call_later(TENTHS / 10, print, TEXT)",
    "queue.put_nowait(TEXT); print(await queue.get())",
    "reader.feed_data(b'x\\n'); print(await reader.readline())",
    "async with asyncio.TaskGroup() as group: group.create_task(job(TEXT, TENTHS))",
    "sys.exit(TENTHS)",
]
RECORD = ["--example-record", "--example-accept-failure", "-q"]
HEAD = """\
import asyncio
import logging
import selectors
import sys
import warnings


async def job(name, tenths):
    print(name, "starts")
    await asyncio.sleep(tenths / 10)
    print(name, "ends")
    return name


async def fail(name, tenths):
    await asyncio.sleep(tenths / 10)
    raise KeyError(name)


async def main():
    tasks, queue, reader = [], asyncio.Queue(), asyncio.StreamReader()
    loop = asyncio.get_running_loop()
"""
REAL = """\


asyncio.run(main())
"""
# Where no time is real, no load of the machine changes an order, and nothing waits.
VIRTUAL = """\


class Skipping(selectors.DefaultSelector):
    def select(self, timeout=None):
        ready = super().select(timeout and 0)
        if timeout and not ready:
            loop.now += timeout
        return ready


class Loop(asyncio.SelectorEventLoop):
    now = 0

    def time(self):
        return self.now


loop = Loop(Skipping())
with asyncio.Runner(loop_factory=lambda: loop) as runner:
    runner.run(main())
"""
# Five runs of each program would take most of the time.  One in other conditions is
# enough, because the tests compare it with one in the ordinary ones; but only from two
# can be told which addresses differ.  Where no time is real, busy cores change nothing.
CONFTEST = """\
from example_output.recording import pytest_examples
from example_output.recording.recorder import STRESS

runs = pytest_examples.Runs
pytest_examples.Runs = lambda jobs, *, at_once, load: runs(jobs, at_once=at_once)


def pytest_collection_modifyitems(items):
    for number, item in enumerate(items):
        trial = item.trial
        if len(trial.jobs) == len(STRESS):
            ordinary, *others = trial.jobs
            source = item.example.source
            has_address = b"object()" in source or b"0x" in source
            first = [ordinary] if has_address else []
            trial.jobs[:] = [*first, others[number % len(others)]]
            trial.keys = {job.key for job in trial.jobs}
"""
programs = some.lists(
    some.sampled_from(STATEMENTS).flatmap(call), min_size=1, max_size=6
).map(lambda rows: HEAD + "".join(f"    {row}\n" for row in rows))


def drawn(count: int) -> list[str]:
    """Random programs, without their last lines."""
    found: list[str] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(programs)
    def draw(program: str) -> None:
        found.append(program)

    while len(found) < count:
        draw()
    return found[:count]


def made(folder: Path, sources: list[str], *, watched: bool = False) -> Project:
    """A project of these programs, ten to a page.

    Those that are watched may have a timeline, sleep in real time, and are recorded in
    all conditions; the others are in one that is not ordinary, and in the ordinary ones
    as well if they may print an address.
    """
    made = Project(folder)
    if not watched:
        made.write("conftest.py", CONFTEST)
    made.write(
        "conf.py",
        "project = 'Random'\nextensions = ['example_output']\n"
        "suppress_warnings = ['misc.highlighting_failure']\n"
        "exclude_patterns = ['_build']\n",
    )
    made.write("pytest.ini", "[pytest]\nexample_output_confdir = .\n")
    pages: dict[str, str] = {}
    kind, end = ("watched", REAL) if watched else ("plain", VIRTUAL)
    option = "   :timeline:\n" if watched else ""
    for number, source in enumerate(sources):
        name = f"{kind}/p{number}.py"
        made.write(f"examples/{name}", source + end)
        page = f"page{number // 10}"
        pages[page] = pages.get(page, "") + f"\n.. example:: {name}\n{option}"
    for page, shown in pages.items():
        made.write(f"{page}.rst", f"{page}\n=======\n{shown}")
    names = "".join(f"   {page}\n" for page in pages)
    made.write("index.rst", f"Random\n======\n\n.. toctree::\n\n{names}")
    return made


def shown_outputs(project: Project) -> Iterator[tuple[str, list[str]]]:
    """Yield each program's name and the outputs that its page shows."""
    for page in sorted((project / "_build/html").glob("page*.html")):
        soup = BeautifulSoup(page.read_text("utf-8"), "html.parser")
        for box in soup.select(".example"):
            name = box.select_one(".example-name")
            assert name is not None
            blocks = box.select(".example-text pre")
            # HTML drops an empty first line of a block.
            yield name.get_text(), [block.get_text().strip("\n") for block in blocks]


def recorded(path: Path) -> str:
    """What a recording says that its program prints."""
    text = path.read_bytes().decode("utf-8", "replace")  # as the build reads it
    command = f"python {path.name.partition('.')[0]}.py"
    return read_recording(text, command).output.strip("\n")


def leave_out_unstable(project: Project, recorded: Done) -> set[str]:
    """Remove the few programs whose times change their order on a busy machine."""
    names = set(re.findall(r"FAILED examples/(\S+\.py)", recorded.plain))
    shown = [*project.folder.glob("examples/*/*.py")]
    assert len(names) <= max(len(shown) // 25, 1), recorded.plain[-9000:]
    for name in names:
        (project / "examples" / name).unlink()
        for page in project.folder.glob("page*.rst"):
            place = rf"\n\.\. example:: {name}\n(   :timeline:\n)?"
            page.write_text(re.sub(place, "", page.read_text()))
    return names


@pytest.mark.parametrize("part", range(PARTS))
def test_random_programs_are_the_same_however_they_run(
    tmp_path: Path, part: int
) -> None:
    # Parts, so that one of xdist's workers is not left with all of them.
    project = made(tmp_path, drawn(PROGRAMS // PARTS))
    unstable = leave_out_unstable(project, project.pytest(*RECORD))
    are_the_same(project, PROGRAMS // PARTS - len(unstable))


def test_random_programs_that_are_watched_are_the_same(tmp_path: Path) -> None:
    project = made(tmp_path, drawn(WATCHED), watched=True)
    watched = project.pytest(*RECORD, "--example-timeline")
    # Where there is no timeline to record, the page asks for none.
    refused = set(re.findall(r"FAILED examples/(watched/p\d+\.py)", watched.plain))
    for page in tmp_path.glob("page*.rst"):
        text = page.read_text()
        for name in refused:
            text = text.replace(f"{name}\n   :timeline:\n", f"{name}\n")
        page.write_text(text)
    unstable: set[str] = set()
    if refused:
        again = project.pytest(*RECORD, *(f"examples/{name}" for name in refused))
        unstable = leave_out_unstable(project, again)
    are_the_same(project, WATCHED - len(unstable))


def are_the_same(project: Project, count: int) -> None:
    """The tests, and builds of both kinds, agree with the recordings of programs."""
    checked = project.pytest("-q")
    assert checked.status == 0, checked.plain[-9000:]
    for number, start in enumerate(("1", "0")):
        start_option = ["-D", f"example_output_fast_start={start}"]
        cache = ["-D", f"example_output_cache=_build/cache{number}"]
        built = project.build("-q", "-E", *start_option, *cache)
        assert (built.status, built.plain.strip()) == (0, ""), built.plain[-9000:]
        pages = dict(shown_outputs(project))
        assert len(pages) == count
        for name, outputs in pages.items():
            stem = name.removesuffix(".py")
            [path] = (project / "examples").glob(f"*/{stem}.out")
            assert "".join(outputs) == recorded(path), name


TABLES = [
    'order = "varies"',
    'order = "fixed"',
    "timeout = 9",
    "order = 3",
    "unknown = 1",
    'requires = ">=3.99"',
]
ENTRIES: list[Any] = [{}, [], 3, {"3.12": "x"}, {"digest": "0", "ran": True}, None]


def edit_program(path: Path, dice: random.Random) -> None:
    """Change what it prints, or how long it sleeps."""
    old = path.read_text("utf-8")
    path.write_text(
        dice.choice(
            [
                old.replace("print(", f"print({dice.randrange(9)}, ", 1),
                old.replace("sleep(", "sleep(0 * ", 1),
                old + f"print({dice.randrange(3)})\n",
                old + "\n",
            ]
        )
    )


def edit_metadata(path: Path, dice: random.Random) -> None:
    """Change its table of settings."""
    bare = re.sub(r"\A# /// script\n(# .*\n)*# ///\n", "", path.read_text("utf-8"))
    table = f"# /// script\n# [tool.example-output]\n# {dice.choice(TABLES)}\n# ///\n"
    path.write_text(table + bare)


def edit_recording(path: Path, dice: random.Random) -> None:
    """Change, lengthen, remove or copy its recording."""
    recording = path.with_suffix(".out")
    old = recording.read_bytes() if recording.exists() else b"$ python x.py\n"
    place = dice.randrange(14, max(len(old), 15))
    other = path.with_name(f"{path.stem}.from-3.{dice.randrange(9, 14)}.out")
    kind = dice.randrange(4)
    if kind == 0:
        recording.unlink(missing_ok=True)
    elif kind == 1:
        other.write_bytes(old)
    else:
        new = dice.choice([b"x", b"\n", b" ", b"more\n"])
        recording.write_bytes(old[:place] + new + old[place + kind - 2 :])


def edit_facts(path: Path, dice: random.Random) -> None:
    """Change what is committed beside the recordings."""
    folder = path.parents[1]
    facts = folder / dice.choice(["reproduced.json", "playground.json"])
    name = path.relative_to(folder).as_posix()
    facts.write_text(json.dumps({name: dice.choice(ENTRIES)}))


EDITS = [edit_program, edit_program, edit_recording, edit_recording]
EDITS += [edit_metadata, edit_facts]


def failing(done: Done, pattern: str) -> set[str]:
    """The programs that a build or the tests find something wrong with."""
    return set(re.findall(pattern, done.plain, re.MULTILINE))


def test_random_edits_never_leave_a_wrong_output_on_a_green_build(
    tmp_path: Path,
) -> None:
    project = made(tmp_path, drawn(EDITED))
    leave_out_unstable(project, project.pytest(*RECORD))
    assert project.build("-q").status == 0
    # The same edits on every run, unless one asks for others.
    seed = int(os.environ.get("FUZZ_SEED", "1"))
    dice = random.Random(seed)
    for number in range(ROUNDS):
        for path in sorted((tmp_path / "examples").glob("plain/*.py")):
            dice.choice(EDITS)(path, dice)
        built = project.build("-q")
        tested = project.pytest("-q", "-rf")
        said = f"seed {seed}, round {number}\n{built.plain}\n{tested.plain[-9000:]}"
        red = failing(tested, r"^FAILED examples/plain/(p\d+\.py)")
        named = failing(built, r"plain/(p\d+)(?:\.py|\.from|\.out)")
        # The build finds more: recordings that belong to no Python, or to no program.
        assert {name.removesuffix(".py") for name in red} <= named, said
        assert (built.status == 0) <= (not red), said
        for name, outputs in shown_outputs(project):
            stem = name.removesuffix(".py")
            if stem not in named:
                # The tests have compared with the one that holds here.
                folder = tmp_path / "examples/plain"
                # Any other file is somebody else's, which nobody reports.
                start = f"$ python {stem}.py\n".encode()
                files = folder.glob(f"{stem}.*out")
                ours = [path for path in files if path.read_bytes().startswith(start)]
                found = [recorded(path) for path in ours]
                assert all(output in found for output in outputs), f"{name}: {said}"
