"""Examples run by what they are for: mypy, pytest, web frameworks, a toy loop."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import DOCS, REPOSITORY, slow_but

EXAMPLES = REPOSITORY / "examples"
HOWTO = EXAMPLES / "howto"
# Programs that need no more of asyncio than what the page builds.
FOR_THE_TOY = [
    "errors/await_instead",
    "errors/await_its_task",
    "errors/run_main",
    "errors/task_awaited_twice",
    "explanation/add_later",
    "explanation/await_coroutines",
    "explanation/await_each_task",
    "explanation/await_tasks",
    "explanation/no_turns",
    "explanation/turns",
    "explanation/waiting_main",
    "howto/blocked_loop",
    "howto/start_later",
    "howto/task_from_init",
    "tutorial/await_last_task",
    "tutorial/create_many_tasks",
    "tutorial/create_task",
    "tutorial/inside_coroutine",
    "tutorial/overlap",
    "tutorial/plain_function",
]
# Runs a program with the toy in place of asyncio, and logs what each task does, in the
# words of timelines.
WATCHED = """
import builtins, json, runpy, sys, time, toy_asyncio
tasks, log, steps, said, clock = [], [], [], print, [0.0]

def sleep(seconds):
    clock[0] += seconds

# In virtual time, as timelines are: what is due at the same time is due at once.
time.sleep, time.monotonic = sleep, lambda: clock[0]

def note(kind, task=None):
    if task is not None and task not in tasks:
        tasks.append(task)
    log.append([f"Task-{tasks.index(task) + 1}" if task else "program", kind])

class Watched(toy_asyncio.Task):
    def __init__(self, coro):
        note("create", self)
        super().__init__(coro)

    def step(self):
        note("resume" if self in steps else "start", self)
        steps.append(self)
        super().step()
        note("finish" if self.done else "suspend", self)

def noted(*words, **options):
    note("print", steps[-1] if steps else None)
    said(*words, **options)

toy_asyncio.Task = Watched
builtins.print = noted
sys.modules["asyncio"] = toy_asyncio
runpy.run_path(sys.argv[1], run_name="__main__")
said(json.dumps(log), file=sys.stderr)
"""


def mypy(name: str, folder: Path) -> str:
    """What mypy says about an example, with its own settings."""
    strict = ["--strict", "--config-file=", f"--cache-dir={folder}"]
    command = [sys.executable, "-m", "mypy", *strict, name]
    done = subprocess.run(
        command, cwd=HOWTO, capture_output=True, text=True, check=False
    )
    return done.stdout


@pytest.mark.slow
def test_type_checker_says_what_the_page_shows(tmp_path: Path) -> None:
    page = (DOCS / "howto" / "type-hints.md").read_text("utf-8")
    (block,) = re.findall(r"(?ms)^```text\n(.*?)^```", page)
    assert mypy("type_errors.py", tmp_path) == block
    assert mypy("typed_tasks.py", tmp_path).startswith("Success: no issues")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("pytest_case.py", "1 passed"),
        # The second test fails on purpose.
        ("unittest_case.py", "1 failed, 1 passed"),
    ],
)
def test_pytest_runs_the_examples_of_tests(name: str, outcome: str) -> None:
    options = ["-q", "-c", os.devnull, "--rootdir=.", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, name]
    done = subprocess.run(
        command, cwd=HOWTO, capture_output=True, text=True, check=False
    )
    assert outcome in done.stdout


@pytest.mark.parametrize(
    "framework", ["starlette.applications.Starlette", "fastapi.FastAPI"]
)
def test_framework_enters_and_leaves_the_lifespan(
    framework: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module, _, name = framework.rpartition(".")
    application = getattr(pytest.importorskip(module), name)
    monkeypatch.syspath_prepend(HOWTO)
    lifespan = __import__("lifespan").lifespan
    sent: list[str] = []
    orders = ["lifespan.startup", "lifespan.shutdown"]

    async def receive() -> dict[str, str]:
        await asyncio.sleep(0)
        return {"type": orders.pop(0)}

    async def send(message: Any) -> None:
        sent.append(message["type"])

    app = application(lifespan=lifespan)
    asyncio.run(app({"type": "lifespan", "state": {}}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    assert capsys.readouterr().out.endswith("refresh: stopped True\n")


DJANGO = """
import asyncio
from django.conf import settings
from django.http import HttpResponse
from django.test import AsyncClient, Client
from django.urls import path

settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"])
tasks = set()

async def job():
    try:
        await asyncio.sleep(0.05)
        print("job: done")
    except asyncio.CancelledError:
        print("job: cancelled")
        raise

async def view(request):
    tasks.add(asyncio.create_task(job()))
    await asyncio.sleep(0)
    return HttpResponse("answered")

async def asgi():
    print("ASGI:", (await AsyncClient().get("/")).content)
    await asyncio.wait(tasks)

urlpatterns = [path("", view)]
asyncio.run(asgi())
print("WSGI:", Client().get("/").content)
"""


def test_task_outlives_a_view_of_django_under_asgi_alone() -> None:
    pytest.importorskip("django")
    done = subprocess.run(
        [sys.executable, "-c", DJANGO], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "ASGI: b'answered'",
        "job: done",
        "job: cancelled",
        "WSGI: b'answered'",
    ]


@pytest.mark.parametrize("name", slow_but("tutorial/overlap", of=FOR_THE_TOY))
def test_program_prints_the_same_on_the_toy_loop(name: str) -> None:
    command = [sys.executable, "-c", WATCHED, str(EXAMPLES / f"{name}.py")]
    folder = EXAMPLES / "from_scratch"
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=True
    )
    recording = (EXAMPLES / f"{name}.out").read_text("utf-8")
    assert done.stdout == recording.partition("\n")[2]
    timeline = EXAMPLES / f"{name}.timeline"
    if timeline.is_file():
        log = [tuple(event) for event in json.loads(done.stderr)]
        assert log == steps(timeline.read_text("utf-8"))


def steps(timeline: str) -> list[tuple[str, str]]:
    """What the tasks do in a recorded timeline, as far as a toy has it.

    It has no moment at which a task is ready, no time, no line, and no reason to wait.
    """
    events = [line.split()[3:5] for line in timeline.splitlines()[1:]]
    kinds = {"create", "start", "print", "suspend", "resume", "finish"}
    return [
        (lane, kind.rstrip(":")) for lane, kind in events if kind.rstrip(":") in kinds
    ]


def test_enough_programs_of_the_toy_have_a_timeline() -> None:
    found = [n for n in FOR_THE_TOY if (EXAMPLES / f"{n}.timeline").is_file()]
    assert len(found) >= 10
