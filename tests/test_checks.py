"""The checks of exercises: each verb on a run, and what a typo says."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import REPOSITORY
from example_output.timeline.checks import (
    VERBS,
    ChecksError,
    judge,
    read_checks,
    shape,
)
from example_output.timeline.events import PROGRAM, Event
from example_output.timeline.failures import Run
from example_output.timeline.live import answer
from example_output.timeline.recorded import read_timeline

TASKS = ("Task-2", "Task-3", "Task-4")


def event(time: float, lane: str, kind: str, what: str = "", line: int = 0) -> Event:
    by = {"create": ("Task-1",), "ready": ("timer",)}.get(kind, ())
    return Event(1, time, lane, kind, line, by, what)


def printed(*rows: tuple[float, str, str], status: int = 0) -> Run:
    """A run that prints: for each line its time, its task and its text."""
    events = [event(time, lane, "print", text) for time, lane, text in rows]
    return Run(events, "".join(f"{text}\n" for _, _, text in rows), status)


def sleeping(*tasks: str, at_once: bool) -> Run:
    """A run whose tasks sleep, at the same time or one after the other."""
    events = [event(0, lane, "create", "fetch") for lane in tasks]
    sleep = [event(0, lane, "suspend", "sleep 1") for lane in tasks]
    wake = [event(1, lane, "ready") for lane in tasks]
    done = [event(1, lane, "finish") for lane in tasks]
    if at_once:
        return Run([*events, *sleep, *wake, *done], "", 0)
    rows = [one for group in zip(sleep, wake, done, strict=True) for one in group]
    return Run([*events, *rows], "", 0)


def waiting(waker: str) -> Run:
    """A run whose main coroutine is woken after a line, and prints another one."""
    return told(
        event(0, "Task-2", "print", "a"),
        Event(1, 1, "Task-1", "ready", 0, (waker,)),
        event(1, "Task-1", "resume"),
        event(1, "Task-1", "print", "b"),
    )


def told(*events: Event) -> Run:
    """A run of some events, with what they print."""
    lines = [one.what for one in events if one.kind == "print"]
    return Run(events, "".join(f"{line}\n" for line in lines), 0)


def started(number: int) -> Run:
    """A run that calls ``asyncio.run()`` a number of times."""
    lanes = [f"Task-{n}" for n in range(1, number + 1)]
    return Run([Event(0, 0, one, "create", by=(PROGRAM,)) for one in lanes], "", 0)


def awaiting(*steps: str) -> Run:
    """A run whose main coroutine waits for tasks, an old or a new one, or prints."""
    made = [event(0, lane, "create") for lane in TASKS]
    for step in steps:
        if step == "print":
            made.append(event(0, "Task-1", "print", "a"))
            continue
        if step == "new":
            made.append(event(0, step, "create"))
        by = (step,) if step else ()
        made.append(Event(1, 0, "Task-1", "suspend", 0, by, "task"))
    return told(*made)


ENDING = {
    kind: Run([event(0, "Task-2", "create"), event(2, "Task-2", kind, what)], "", 0)
    for kind, what in (("finish", ""), ("fail", "ValueError: no"), ("cancelled", ""))
}
CANCELLED = {
    name: Run([Event(1, 1, "Task-2", "ready", 0, (by,), "cancelled")], "", 0)
    for name, by in (("main()", "Task-1"), ("run()", PROGRAM))
}
A_B = printed((0, "Task-2", "a"), (1, "Task-3", "b"))
BLOCKED = Run([event(0, "Task-2", "block", "1", line=8)], "", 0)
FAILED = Run([], "Traceback:\nRuntimeError: no running event loop\nand so on\n", 1)

# For each verb a run that passes; a run that fails, and what is said of it.
CASES = {
    'prints "a"': [(A_B, ""), (ENDING["finish"], "It does not print “a”.")],
    'prints "b" at 1 s': [
        (A_B, ""),
        (printed((3, "Task-2", "b")), "It prints “b” at 3 s, not at 1 s."),
        (printed((0, "Task-2", "b")), "It prints “b” at 0 s, not at 1 s."),
        (ENDING["finish"], "It does not print “b”."),
    ],
    'prints "b" by 1.5 s': [
        (A_B, ""),
        (
            printed((3, "Task-2", "b")),
            "It prints “b” at 3 s, not by 1.5 s.",
        ),
        (ENDING["finish"], "It does not print “b”."),
    ],
    'prints "a" before "b"': [
        (A_B, ""),
        (
            printed((0, "Task-2", "b"), (0, "Task-2", "a")),
            "It prints “b” before “a”.",
        ),
        (printed((0, "Task-2", "a")), "It does not print “b”."),
    ],
    'prints "b" only after "a"': [
        (waiting("Task-3"), ""),
        (printed((0, "Task-2", "a"), (1, "Task-2", "b")), ""),
        (
            waiting("timer"),
            "It prints “b” after a time, and waits no longer for “a”.",
        ),
        (printed((0, "Task-2", "b"), (1, "Task-3", "a")), "It prints “b” before “a”."),
        (ENDING["finish"], "It does not print “a”."),
    ],
    "takes turns": [
        (printed(*[(0, lane, "a") for lane in (*TASKS[:2], *TASKS[:2])]), ""),
        (printed((0, PROGRAM, "a")), "1 task prints; 2 should, in turn."),
        (
            printed(*[(0, one, "a") for one in TASKS]),
            "3 tasks print; 2 should, in turn.",
        ),
        (
            printed((0, "Task-2", "a"), (0, PROGRAM, "b"), (0, PROGRAM, "c")),
            "The program prints “c” right after “b”.",
        ),
    ],
    "prints in 2 tasks": [
        (A_B, ""),
        (printed((0, "Task-2", "a"), (0, PROGRAM, "b")), "1 task prints; 2 should."),
        (ENDING["finish"], "0 tasks print; 2 should."),
    ],
    'never prints "Error"': [
        (A_B, ""),
        (FAILED, "It prints “RuntimeError: no running event loop”."),
    ],
    "never blocks": [
        (A_B, ""),
        (Run([event(0, "Task-2", "compute", "0.12")], "", 0), ""),
        (
            BLOCKED,
            "Task-2 blocks the thread for 1 s (line 8), and nothing else can run then.",
        ),
        (
            Run([event(0, PROGRAM, "compute", "2")], "", 0),
            "The program computes for about 2 s, and nothing else can run then.",
        ),
    ],
    "ends by 2 s": [
        (ENDING["finish"], ""),
        (Run([], "", 0), ""),
        (printed((2.5, "Task-1", "a")), "It is over after 2.5 s, not by 2 s."),
    ],
    "exits 0": [
        (A_B, ""),
        (
            FAILED,
            "It ends with exit status 1, not 0: RuntimeError: no running event loop",
        ),
        (Run([], "", 3), "It ends with exit status 3, not 0."),
    ],
    "runs asyncio once": [
        (started(1), ""),
        (started(0), "It runs 0 coroutines with asyncio.run(), not 1."),
        (started(2), "It runs 2 coroutines with asyncio.run(), not 1."),
    ],
    "fails 1": [
        (ENDING["fail"], ""),
        (ENDING["finish"], "0 tasks fail with an error; 1 should."),
        (
            Run([*started(1).events, event(0, "Task-1", "fail")], "", 1),
            "0 tasks fail with an error; 1 should.",
        ),
    ],
    "finishes": [
        (ENDING["finish"], ""),
        (ENDING["cancelled"], "Task-2 ends as cancelled; every task should finish."),
        (
            ENDING["fail"],
            "Task-2 fails with ValueError: no; every task should finish.",
        ),
        (
            Run(ENDING["fail"].events[:1], "", 0),
            "Task-2 does not end; every task should finish.",
        ),
        (A_B, "It creates no task."),
    ],
    "cancels 1": [
        (CANCELLED["main()"], ""),
        (ENDING["finish"], "0 tasks are cancelled while main() runs; 1 should be."),
        (
            CANCELLED["run()"],
            "0 tasks are cancelled while main() runs; 1 should be, and asyncio.run() "
            "cancels what is left.",
        ),
    ],
    "creates 2": [
        (sleeping(*TASKS, at_once=True), ""),
        (ENDING["finish"], "It creates 1 task; it should create 2."),
        (
            Run([Event(1, 0, "Task-1", "create", by=(PROGRAM,))], "", 0),
            "It creates 0 tasks; it should create 2.",
        ),
    ],
    "together 3": [
        (sleeping(*TASKS, at_once=True), ""),
        (
            sleeping(*TASKS, at_once=False),
            "1 task sleeps at the same time; 3 should.",
        ),
        (A_B, "0 tasks sleep at the same time; 3 should."),
    ],
    "together at most 2": [
        (sleeping(*TASKS, at_once=False), ""),
        (
            sleeping(*TASKS, at_once=True),
            "3 tasks sleep at the same time; 2 may.",
        ),
    ],
    "waits for whichever is first": [
        (awaiting("Task-2", "Task-3"), ""),
        (awaiting("print", "Task-2", "Task-2", "Task-3"), ""),
        (awaiting("Task-2", "print", "new"), ""),
        (awaiting("", "print", ""), ""),
        (
            awaiting("Task-2", "print", "Task-3"),
            "Task-1 waits for Task-2, and only then for Task-3.",
        ),
    ],
}


def test_every_verb_is_tried() -> None:
    assert {shape(text) for text in CASES} == set(VERBS)
    for text, cases in CASES.items():
        assert {bool(said) for _, said in cases} == {True, False}, text


@pytest.mark.parametrize("text", CASES)
def test_check_says_what_is_wrong(text: str) -> None:
    [check] = read_checks(text)
    for run, said in CASES[text]:
        assert check.failure(run) == said
    assert check.wanted.endswith(".")


def test_a_file_has_a_check_on_each_line_and_says_why() -> None:
    found = read_checks("# Overlap.\n\ntogether 3\n    An await\n\twaits.\nfinishes\n")
    assert [(one.text, one.line) for one in found] == [
        ("together 3", 3),
        ("finishes", 6),
    ]
    said = judge(found, sleeping(*TASKS, at_once=False))
    assert said == ["1 task sleeps at the same time; 3 should. An await waits.", ""]
    assert found[0].wanted == "At least 3 tasks sleep at the same time."


def test_none_may_sleep() -> None:
    [check] = read_checks("together at most 0")
    assert check.wanted == "No task sleeps."
    said = "1 task sleeps; none may."
    assert check.failure(sleeping(*TASKS, at_once=False)) == said


def test_a_program_waits_for_the_tasks_that_it_runs() -> None:
    [check] = read_checks('prints "b" only after "a"')
    for waker, wrong in (("Task-2", False), ("timer", True)):
        *events, last = waiting(waker).events
        printed = replace(last, lane=PROGRAM)
        run = told(*started(1).events, *events, printed)
        assert bool(check.failure(run)) is wrong


@pytest.mark.parametrize(
    ("awaited", "wrong"),
    [(("Task-3",), True), (("Task-2", "Task-3"), False), ((), False)],
)
def test_a_task_that_only_sleeps_is_a_timer(
    awaited: tuple[str, ...], wrong: bool
) -> None:
    [check] = read_checks('prints "b" only after "a"')
    sleeping = Event(0, 0, "Task-3", "create", 0, ("Task-1",), "sleep")
    suspended = Event(0, 0, "Task-1", "suspend", 0, awaited, "gather")
    run = told(sleeping, suspended, *waiting("Task-3").events)
    assert bool(check.failure(run)) is wrong


def test_texts_are_quoted_as_in_a_recording() -> None:
    [check] = read_checks('prints "say \\"at 1 s\\""')
    assert check.failure(Run([], 'say "at 1 s"\n', 0)) == ""
    assert check.wanted == 'It prints “say "at 1 s"”.'


@pytest.mark.parametrize(
    ("text", "line", "cause", "cure"),
    [
        ("finishes\ntogehter 3\n", 2, "'togehter 3'", "as in 'together 3'?"),
        ("finish\n", 1, "not a check: 'finish'", "as in 'finishes'?"),
        ("together three\n", 1, "'together three'", "as in 'together 3'?"),
        ("prints done\n", 1, "'prints done'", "as in 'prints \"done\"'?"),
        ('prints "a" after "b"', 1, "after", '\'prints "second" only after "first"\'?'),
        ("together maximal 2\n", 1, "not a check", "'together at most 2'?"),
        ("finishes\n\nfinishes\n", 3, "is there twice: 'finishes'", "Remove one"),
        ("# nothing\n", 1, "there is no check in it", "Write one"),
        ("  finish\n", 1, "not a check: 'finish'", "Did you mean"),
    ],
)
def test_typo_is_an_error_at_its_line(
    text: str, line: int, cause: str, cure: str
) -> None:
    with pytest.raises(ChecksError) as caught:
        read_checks(text)
    assert caught.value.line == line
    assert cause in str(caught.value)
    assert cure in caught.value.cure


RECORDED = sorted((REPOSITORY / "examples").rglob("*.timeline"))


def test_each_check_has_a_verdict_on_each_recorded_run() -> None:
    checks = read_checks("\n".join(CASES))
    assert len(RECORDED) > 60
    for path in RECORDED:
        run = Run(read_timeline(path.read_text("utf-8")), Path(path).stem, 0)
        for said in judge(checks, run):
            assert said == "" or said.endswith("."), path


# -- In the page -----------------------------------------------------------------------

ROW = {"turn": 1, "time": 0, "lane": 1, "line": 1, "by": 0, "what": "main"}


def asked(*rows: dict[str, object], checks: str = "finishes") -> dict[str, object]:
    """What the page is told about a log."""
    raw = "".join(f"{json.dumps(row)}\n" for row in rows)
    request = {"state": "judged", "raw": raw, "checks": checks}
    found: dict[str, object] = json.loads(
        answer(json.dumps({**request, "output": "a\n", "status": 0}))
    )
    return found


def test_a_page_gets_the_verdict_on_a_log() -> None:
    made = {**ROW, "kind": "create"}, {"lane": 1, "name": "Task-1"}
    done = {**ROW, "kind": "finish", "what": ""}
    found = asked(*made, done, checks='finishes\nprints "b"')
    assert found == {"note": "", "failures": ["", "It does not print “b”."]}
    said = "Task-1 does not end; every task should finish."
    assert asked(*made) == {"note": "", "failures": [said]}


def test_a_page_is_told_why_a_run_cannot_be_judged() -> None:
    found = asked({"unfit": "it starts a thread"})
    note = "It cannot be judged, because it starts a thread."
    assert found == {"note": note, "failures": []}
    assert "cannot be read" in str(asked({**ROW, "kind": "nothing", "time": "x"}))
