"""The tables of the reference pages, row by row, on the Python that runs the tests."""

import functools
import json
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from example_output.conf_file import read_settings
from example_output.example import Example
from example_output.folder import Folder
from example_output.playground.prover import Prover
from example_output.playground.runtime import RELEASES, Maker, Release, folder_of

REPOSITORY = Path(__file__).parent.parent
REFERENCE = REPOSITORY / "docs" / "reference"
HERE = sys.version_info[:3]
# Of the others, a Python that is installed is asked.
UNINSTALLED = [RELEASES[minor] for minor in ("3.14", "3.15")]
# What the snippets of the pages may use, and what is handed over in them.
PRELUDE = """
import asyncio, contextvars, inspect, logging

class Answer:
    def __await__(self):
        yield from asyncio.sleep(0).__await__()
        return 42

async def work():
    return 42

async def generator():
    yield 42
"""
HANDED_OVER = {
    "a coroutine object": "work()",
    "a Task": "asyncio.create_task(work())",
    "a Future": "asyncio.get_running_loop().create_future()",
    "another awaitable": "Answer()",
    "a coroutine function": "work",
    "an asynchronous generator": "generator()",
    "None": "None",
}
CREATORS = {
    "create_task": "asyncio.create_task",
    "TaskGroup.create_task": "group.create_task",
    "loop.create_task": "asyncio.get_running_loop().create_task",
    "ensure_future": "asyncio.ensure_future",
    "Task": "asyncio.Task",
}


# -- Reading -------------------------------------------------------------------------


def table(page: str, heading: str) -> list[dict[str, str]]:
    """The rows of the first table under a heading, by the names of its columns."""
    text = (REFERENCE / f"{page}.md").read_text("utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    head, rule, *rows = (cells(line) for line in lines)
    assert set(rule) == {"---"}
    return [dict(zip(head, row, strict=True)) for row in rows]


def cells(line: str) -> list[str]:
    """The cells of a row, without links and roles."""
    line = re.sub(r"\[([^]]*)\]\(https?:[^)]*\)", r"\1", line)
    line = re.sub(r"\{(?:written|printed)\}(?=`)", "", line)
    return [cell.strip() for cell in line.strip().strip("|").split(" | ")]


def code(cell: str) -> str:
    """The code in a cell that consists of one code span."""
    match = re.fullmatch("`([^`]+)`", cell)
    assert match, cell
    return match[1]


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


def covers(versions: str, here: tuple[int, ...] = HERE) -> bool:
    """Whether a range such as `3.11 to 3.13.2` includes this Python."""
    first, _, last = versions.partition(" to ")
    start, end = version(first), version(last or first)
    return start <= here and here[: len(end)] <= end


def expected(cell: str, here: tuple[int, ...] = HERE) -> str:
    """The value of a cell on this Python, which may depend on the patch release."""
    before, _, after = cell.partition(", from ")
    if after:
        since, _, value = after.partition(" on ")
        if here >= version(since):
            return code(value)
    return code(before)


# -- Running -------------------------------------------------------------------------


def evaluating(expression: str) -> str:
    """A program that prints a value, or the name of the exception that it raises."""
    if "create_task(" in expression or "await " in expression:
        body = f"async def main():\n    return {expression}\n"
        call = "asyncio.run(main())"
    else:
        body, call = "", expression
    return f"{body}try:\n    print({call})\n{NAME_OF_ERROR}"


# What depends on the programs before: the number of the next task, the current loop.
OF_THE_PROCESS = re.compile(
    r"get_name\(|    print\(asyncio\.(get_event_loop\(|ensure_future|Task\()"
)


def together(programs: Iterable[str]) -> str:
    """A program that runs others, one after the other, and prints what each prints.

    Starting a Python for each of them would take a hundred times as long.  A program
    that depends on what has run before, as the number of the next task does, is alone.
    """
    texts = [PRELUDE + program for program in programs]
    return f"""
import contextlib, io, json, sys, warnings

warnings.simplefilter("error")
sys.stderr = io.StringIO()
printed = []
for number, text in enumerate({texts!r}):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(text, f"<program {{number}}>", "exec"), {{"__name__": "__main__"}})
    printed.append(output.getvalue().strip())
print(json.dumps(printed))
"""


def run(programs: list[str]) -> dict[str, str]:
    """The outputs of programs that run in a new interpreter."""
    command = [sys.executable, "-c", together(programs)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout
    return dict(zip(programs, json.loads(done.stdout), strict=True))


@functools.cache
def printed_here() -> dict[str, str]:
    """What each program of the tables of creating prints on this Python."""
    return run([*of_creating(HERE), *map(asking, CREATORS)])


def of_versions(here: tuple[int, ...]) -> dict[str, str]:
    """The programs that print the cells of the table of versions, for a Python."""
    column = f"{here[0]}.{here[1]}"
    return {
        evaluating(code(row["expression"])): expected(row[column], here)
        for row in VERSIONS
        if column in row
    }


def of_creating(here: tuple[int, ...]) -> dict[str, str]:
    """The programs that print the cells of the other tables, for a Python."""
    found = {
        signature_of(row): code(row["signature"])
        for row in SIGNATURES
        if covers(row["Python"], here)
    }
    found |= {
        handing_over(creator, row["handed over"].strip("`")): row[f"`{creator}`"]
        for row in TAKES
        for creator in CREATORS
    }
    return found


def signature_of(row: dict[str, str]) -> str:
    """A program that prints the signature of a callable."""
    return f"print(inspect.signature({code(row['callable'])}))"


NAME_OF_ERROR = "except Exception as error:\n    print(type(error).__name__)\n"


def handing_over(creator: str, thing: str) -> str:
    """A program that prints the result of handing over an object, as the page does."""
    return f"""
async def main():
    async with asyncio.TaskGroup() as group:
        thing = {HANDED_OVER[thing]}
        try:
            given = {CREATORS[creator]}(thing)
        except TypeError:
            print("`TypeError`")
        else:
            same = given is thing
            print("the same object" if same else f"a new {{type(given).__name__}}")
            given.cancel()

asyncio.run(main())
"""


def asking(creator: str) -> str:
    """A program that prints what a way to create tasks needs and accepts."""
    call = CREATORS[creator].replace("asyncio.get_running_loop()", "loop")
    return f"""
async def main():
    loop, group = asyncio.get_running_loop(), asyncio.TaskGroup()
    keywords = {{"name": "report", "context": contextvars.copy_context()}}
    async with group:
        for name, value in keywords.items():
            coro = work()
            try:
                await {call}(coro, **{{name: value}})
                print("yes")
            except TypeError:
                print("no")
            coro.close()
        task = {call}(asyncio.sleep(0.1, 42))
    print("yes" if task.done() else "no")
    await task

asyncio.run(main())
loop = asyncio.new_event_loop()
group = asyncio.TaskGroup()
for keywords in ({{}}, {{"loop": loop}}):
    coro = work()
    try:
        task = {call}(coro, **keywords)
        loop.run_until_complete(task)
        print("fine")
    except Exception:
        print("refused")
    coro.close()
loop.close()
"""


def facts(printed: str) -> dict[str, str]:
    """What such a program has printed, in the words of the page."""
    name, context, waits, plain, with_loop = printed.split("\n")
    needs = {
        ("fine", "refused"): "no",
        ("refused", "fine"): "not with `loop=`",
        ("refused", "refused"): "yes",
    }
    return {
        "needs a running loop": needs[plain, with_loop],
        "`name=`": name,
        "`context=`": context,
        "waits for the task": waits,
    }


# -- The tables ----------------------------------------------------------------------

SIGNATURES = table("creating", "Signatures")
TAKES = table("creating", "What each takes")
NEEDS = table("creating", "What each needs")
VERSIONS = table("versions", "What matters for creating tasks")
STATES = table("states", "The same as a table")


HOLDERS = table("../explanation/lifetime", "Who holds it, in each kind of wait")
# The rows of that table, and the waits in the outputs of programs that prove them.
WAITS = {
    "sleeps, or waits with a time limit": ["sleep", "wait_for(event)"],
    "waits in `loop.sock_recv()` and the like": ["sock_recv()"],
    "waits for data from a stream of `open_connection()`": ["open_connection()"],
    "handles a connection of `start_server()`": ["start_server()"],
    "waits for a function in a thread": ["to_thread()"],
    "waits for a process": ["process.wait()"],
    "waits for another task, a group or a shield": [
        "group of sleep",
        "group of event",
        "shield(sleep)",
        "shield(event)",
    ],
    "waits for a future, an event, a queue or a lock": ["event", "queue", "semaphore"],
}


def can_be_tried(row: dict[str, str]) -> bool:
    """Whether a row applies to this Python and can be checked by running it."""
    return covers(row["Python"])


@pytest.mark.parametrize(
    "row",
    [row for row in SIGNATURES if can_be_tried(row)],
    ids=lambda row: " ".join(row.values()),
)
def test_signatures_are_those_of_this_python(row: dict[str, str]) -> None:
    assert printed_here()[signature_of(row)] == code(row["signature"])


def test_each_callable_has_a_row_for_each_version() -> None:
    for name in {code(row["callable"]) for row in SIGNATURES}:
        found = [row["Python"] for row in SIGNATURES if code(row["callable"]) == name]
        for here in [(3, 11, 0), (3, 12, 0), (3, 13, 0), (3, 14, 0), (3, 15, 0)]:
            assert sum(covers(versions, here) for versions in found) == 1


@pytest.mark.parametrize("creator", CREATORS)
@pytest.mark.parametrize("row", TAKES, ids=lambda row: row["handed over"])
def test_accepted_arguments_match_the_table(row: dict[str, str], creator: str) -> None:
    thing = row["handed over"].strip("`")
    assert printed_here()[handing_over(creator, thing)] == row[f"`{creator}`"]


@pytest.mark.parametrize("row", NEEDS, ids=lambda row: row["call"])
def test_requirements_match_the_table(row: dict[str, str]) -> None:
    found = facts(printed_here()[asking(code(row["call"]))])
    assert {"call": row["call"], **found} == row


@pytest.mark.parametrize("row", VERSIONS, ids=lambda row: row["what"])
def test_versions_table_matches_this_python(row: dict[str, str]) -> None:
    column = "{}.{}".format(*HERE)
    if column not in row:
        pytest.skip(f"the table has no column for Python {column}")
    program = evaluating(code(row["expression"]))
    assert run([program]) == {program: expected(row[column])}


@pytest.mark.slow
@pytest.mark.parametrize("release", UNINSTALLED, ids=lambda one: one.minor)
def test_tables_match_the_pythons_for_webassembly(
    release: Release, tmp_path: Path
) -> None:
    """All tables of which no Python here can be asked that is installed."""
    here = tuple(map(int, release.minor.split(".")))
    cells = of_versions(here) | of_creating(here)
    asked = {asking(code(row["call"])): row for row in NEEDS}
    groups = [[program] for program in cells if OF_THE_PROCESS.search(program)]
    groups.append([p for p in (*cells, *asked) if [p] not in groups])
    found = run_for_webassembly(release, groups, tmp_path)
    assert {program: found[program] for program in cells} == cells
    for program, row in asked.items():
        assert {"call": row["call"], **facts(found[program])} == row


def run_for_webassembly(
    release: Release, groups: list[list[str]], folder: Path
) -> dict[str, str]:
    """The outputs of programs on a Python for WebAssembly, a new one for each group."""
    runtime = Maker(folder_of(release, REPOSITORY / ".playground"), release)
    if not runtime.is_ready:
        runtime.make()
    examples = {}
    for number, programs in enumerate(groups):
        example = Example(folder, f"p{number}.py")
        example.path.write_text(together(programs), "utf-8")
        examples[example.name] = example, programs
    prover = Prover(runtime, Folder(read_settings(REPOSITORY)))
    found: dict[str, str] = {}
    for example, run in prover.run(example for example, _ in examples.values()):
        programs = examples[example.name][1]
        found |= zip(programs, json.loads(run.output), strict=True)
    return found


def test_states_table_matches_the_recording() -> None:
    path = REPOSITORY / "examples" / "reference" / "states.out"
    printed, state = {}, ""
    for line in path.read_text("utf-8").splitlines()[1:]:
        if line.startswith("  "):
            method, _, answer = line.strip().partition(" ")
            printed[method, state] = answer
        else:
            state = line.removesuffix(":")
    said = {
        (code(row["method"]), state): answer.replace("`", "")
        for row in STATES
        for state, answer in row.items()
        if state != "method"
    }
    assert said == printed


def test_what_holds_a_task_is_what_the_programs_print() -> None:
    printed: dict[str, str] = {}
    for path in (REPOSITORY / "examples" / "explanation").glob("who_holds*.out"):
        if path.name.count(".") == 1:
            lines = path.read_text("utf-8").splitlines()[1:]
            printed |= dict(line.split(" - ") for line in lines)
    proven = [wait for waits in WAITS.values() for wait in waits]
    assert sorted(proven) == sorted(printed)
    for row in HOLDERS:
        for wait in WAITS.get(row["The task"], []):
            found, inside = printed[wait], wait.replace("(", " ").split()[-1].strip(")")
            match row["can be collected"].split(",")[0].split(" ")[0]:
                case "no":
                    assert found.partition(" ")[2] in row["is held by"], wait
                case "yes" | "if":
                    assert found == "gone", wait
                case "only":
                    assert found == printed[inside], wait
                case other:
                    raise AssertionError(other)
    assert set(WAITS) <= {row["The task"] for row in HOLDERS}


@pytest.mark.parametrize(
    ("versions", "here", "inside"),
    [
        ("3.11", (3, 11, 7), True),
        ("3.11 to 3.13.2", (3, 13, 2), True),
        ("3.11 to 3.13.2", (3, 13, 3), False),
        ("3.12 to 3.13", (3, 13, 9), True),
        ("3.12 to 3.13", (3, 11, 9), False),
        ("3.14", (3, 14, 2), True),
    ],
)
def test_ranges_of_versions(versions: str, here: tuple[int, ...], inside: bool) -> None:
    assert covers(versions, here) is inside


def test_cell_can_distinguish_patch_releases() -> None:
    cell = "`TypeError`, from 3.13.3 on `42`"
    assert expected(cell, (3, 13, 2)) == "TypeError"
    assert expected(cell, (3, 13, 10)) == "42"
