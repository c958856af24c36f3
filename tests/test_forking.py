"""A forked program behaves as it would in a fresh interpreter."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import REPOSITORY, slow
from example_output.folder import Folder
from example_output.gate import Gate
from example_output.running.interpreter import Interpreter
from example_output.running.job import CAN_FORK, Job, plan
from example_output.running.runs import Runs
from example_output.settings import Settings
from example_output.transcript import Transcript, fingerprint

pytestmark = pytest.mark.skipif(
    not CAN_FORK, reason=f"{sys.platform} starts every program plainly"
)

MAIN = "async def main():\n"
START = f"import asyncio\n\n{MAIN}"
RUN = "\n\nasyncio.run(main())\n"
HOSTILE = {
    "names of tasks": f"{START}    print(asyncio.current_task().get_name()){RUN}",
    "an error": f"{START}    print('so far')\n    1 / 0{RUN}",
    "an error below": "import asyncio\n\ndef f():\n    raise OSError(3, 'no')\n\nf()\n",
    "a syntax error": "import asyncio\nprint('no'\n",
    "an exit status": "import asyncio\nraise SystemExit(7)\n",
    "an exit with a word": "import asyncio\nraise SystemExit('sorry')\n",
    "both streams": (
        f"import sys\n{START}    print(1)\n    print(2, file=sys.stderr)\n"
        f"    sys.stdout.write('3')\n    sys.stderr.write('4'){RUN}"
    ),
    "a generator left open": (
        "import asyncio\n\ndef count():\n    try:\n        yield 1\n"
        "    finally:\n        print('closed')\n\nkept = count()\nprint(next(kept))\n"
    ),
    "a generator in a cycle": (
        "import asyncio\n\ndef count(box):\n    try:\n        yield 1\n"
        "    finally:\n        print('closed', len(box))\n\n"
        "box = []\nbox.append(count(box))\nprint(next(box[0]))\n"
    ),
    "a coroutine in a cycle": (
        f"{START}    pass\n\nbox = [main()]\nbox.append(box)\nprint(len(box))\n"
    ),
    "a coroutine that a module keeps": (
        f"{START}    pass\n\nasyncio.kept = main()\nprint('kept')\n"
    ),
    "a loop left open": (
        "import asyncio\n\nasync def wait():\n    try:\n"
        "        await asyncio.sleep(9)\n    finally:\n        print('finally')\n\n"
        "loop = asyncio.new_event_loop()\ntask = loop.create_task(wait())\n"
        "loop.call_later(0.05, loop.stop)\nloop.run_forever()\nprint('stopped')\n"
    ),
    "an asynchronous generator left open": (
        "import asyncio\n\nasync def count():\n    try:\n        yield 1\n"
        "    finally:\n        print('closed')\n\n"
        f"kept = count()\n\nasync def main():\n    print(await anext(kept)){RUN}"
    ),
    "a function that outlives its module": (
        "import asyncio\n\nclass Box:\n    def __getattr__(self, name):\n"
        "        return name\n\nbox = Box()\nasyncio.box = box\nprint(box.x)\n"
    ),
    "an exit by sys": "import asyncio, sys\nsys.exit('sorry')\n",
    "never awaited": f"{START}    asyncio.sleep(0){RUN}",
    "never awaited at the end": f"{START}    pass\n\nkept = main()\n",
    "never retrieved": (
        "import asyncio\n\nasync def fail():\n    raise ValueError('lost')\n\n"
        "async def main():\n    asyncio.create_task(fail())\n"
        f"    await asyncio.sleep(0.01){RUN}"
    ),
    "destroyed while pending": (
        "import asyncio\nloop = asyncio.new_event_loop()\n"
        "async def wait():\n    await loop.create_future()\n"
        "task = loop.create_task(wait())\nloop.call_soon(loop.stop)\n"
        "loop.run_forever()\nloop.close()\ndel task\n"
    ),
    "a destructor at the end": (
        "import asyncio\n\nclass Late:\n    def __del__(self):\n"
        "        print('late', asyncio is None)\n\nlate = Late()\n"
    ),
    "both streams by the logger": (
        f"{START}    loop = asyncio.get_running_loop()\n    print('one')\n"
        "    loop.call_exception_handler({'message': 'two'})\n"
        f"    print('three'){RUN}"
    ),
    "debug mode": (
        "import asyncio\n\nasync def main():\n"
        "    loop = asyncio.get_running_loop()\n"
        # A machine that is busy would have it said how long a step has taken.
        "    loop.slow_callback_duration = 9\n"
        "    asyncio.create_task(fail())\n    await asyncio.sleep(0.01)\n\n"
        "async def fail():\n    raise ValueError('lost')\n\n"
        "asyncio.run(main(), debug=True)\n"
    ),
    "hashes": "import asyncio\nprint({'a', 'b', 'c', 'd'}, hash('x'))\n",
    "seeded numbers": "import asyncio, random\nprint(random.Random(3).random())\n",
    "no input": "import asyncio\ninput('> ')\n",
    "no line feed": "import asyncio\nprint('a', end='')\n",
    "its name": "import asyncio\nprint(__name__, __doc__)\nclass A: pass\nprint(A)\n",
    "an address": "import asyncio\nprint(object(), asyncio.Event())\n",
    "a lasting thread": (
        f"import time\n{START}    await asyncio.to_thread(time.sleep, 0.05)\n"
        f"    print('done'){RUN}"
    ),
    "a thread that fails": (
        "import asyncio, threading\n\ndef fail():\n    raise ValueError('no')\n\n"
        "thread = threading.Thread(target=fail)\nthread.start()\nthread.join()\n"
    ),
    "a thread that is left at the end": (
        "import asyncio, threading, time\n\ndef tick():\n    print('tick')\n"
        "    time.sleep(5)\n    print('never')\n\n"
        "threading.Thread(target=tick, daemon=True).start()\ntime.sleep(0.1)\n"
    ),
    "nothing logged": (
        "import asyncio, logging\n\nlogging.disable()\n"
        f"{MAIN}    asyncio.get_running_loop().call_exception_handler({{}}){RUN}"
    ),
    "a context": (
        "import asyncio, contextvars\n\nvar = contextvars.ContextVar('var')\n"
        "print(len(contextvars.copy_context()), var.get('none'))\n"
        f"{MAIN}    print(len(contextvars.copy_context())){RUN}"
    ),
    "kinds": (
        "import asyncio, inspect\n\nasync def work():\n    pass\n\n"
        "print(inspect.iscoroutinefunction(work), inspect.isawaitable(work))\n"
    ),
    "a group": (
        "import asyncio\n\nasync def fail():\n    raise ValueError('no')\n\n"
        "async def main():\n    async with asyncio.TaskGroup() as group:\n"
        f"        group.create_task(fail()){RUN}"
    ),
    "time zones": "import asyncio, time\nprint(time.tzname, time.gmtime(0).tm_hour)\n",
    "a child process": (
        f"{START}    process = await asyncio.create_subprocess_exec('echo', 'child')\n"
        f"    print(await process.wait()){RUN}"
    ),
}

RunAll = Callable[[dict[str, str], bool], dict[str, Transcript]]


@pytest.fixture
def run_all(tmp_path: Path, interpreter: Interpreter) -> RunAll:
    """Run programs by name, forked or not."""

    def run(sources: dict[str, str], fork: bool) -> dict[str, Transcript]:
        jobs = []
        for number, (name, source) in enumerate(sources.items()):
            folder = tmp_path / f"{fork}-{number}"
            folder.mkdir()
            (folder / "a_program.py").write_text(source)
            job = Job(
                key=name,
                files=(str(folder / "a_program.py"),),
                root=str(folder),
                executable=interpreter.executable,
                library=interpreter.library,
                timeout=3,
                limit=100_000,
                fork=fork,
            )
            jobs.append(job)
        with Runs(jobs, at_once=8) as runs:
            return dict(runs.results())

    return run


def told(runs: dict[str, Transcript]) -> dict[str, tuple[str, int, str]]:
    """The runs without their durations."""
    return {name: (r.output, r.status, r.ending) for name, r in runs.items()}


def test_forked_and_plain_runs_give_the_same_bytes(run_all: RunAll) -> None:
    plain, forked = told(run_all(HOSTILE, False)), told(run_all(HOSTILE, True))
    assert all(ending == "exit" for _, _, ending in forked.values())
    for name, expected in plain.items():
        assert forked[name] == expected, name


def test_forked_programs_really_forked(run_all: RunAll) -> None:
    # What a program may only do that is not forked: look at its interpreter.
    look = dict.fromkeys("ab", "import sys\nprint('sitecustomize' in sys.modules)")
    assert {run.output for run in run_all(look, False).values()} == {"False\n"}
    assert {run.output for run in run_all(look, True).values()} == {"True\n"}


def test_fork_with_an_unexpected_result_is_repeated_unforked(
    tmp_path: Path, interpreter: Interpreter
) -> None:
    # A program that looks how it was started, and one that ends as it should not.
    texts = {
        "looks": "import sys\nprint('sitecustomize' in sys.modules)\n",
        "ends": "import sys\nraise SystemExit(int('sitecustomize' in sys.modules))\n",
    }
    jobs = []
    for key, text in texts.items():
        (tmp_path / f"{key}.py").write_text(text)
        plainly = fingerprint("False\n" if key == "looks" else "")
        job = Job(
            key=key,
            files=(str(tmp_path / f"{key}.py"),),
            root=str(tmp_path),
            executable=interpreter.executable,
            library=interpreter.library,
            timeout=10,
            limit=1000,
            fork=True,
        )
        jobs += [job, replace(job, key=f"{key}, gated", expected=plainly)]
    with Runs(jobs, at_once=2) as runs:
        found = {key: (run.output, run.status) for key, run in runs.results()}
    assert found == {
        "looks": ("True\n", 0),
        "looks, gated": ("False\n", 0),
        "ends": ("", 1),
        "ends, gated": ("", 0),
    }


def test_only_asyncio_examples_with_one_valid_result_are_forked(
    tmp_path: Path, interpreter: Interpreter
) -> None:
    recorded = {"a.out": "$ python a.py\n1\n", "broken.out": "nonsense\n"}
    varies = '# /// script\n# [tool.example-output]\n# order = "varies"\n# ///\n'
    programs = {
        "a.py": "import asyncio\nprint(1)\n",
        "broken.py": "import asyncio\n",
        "new.py": "import asyncio\n",
        "nothing_to_gain.py": "print(1)\n",
        "varies.py": f"{varies}import asyncio\nprint(1)\n",
    }
    recorded |= {
        f"{n}.out": f"$ python {n}.py\n1\n" for n in ("nothing_to_gain", "varies")
    }
    for name, text in {**programs, **recorded}.items():
        (tmp_path / "examples" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "examples" / name).write_text(text)
    gate = Gate(Folder(Settings.read(tmp_path, {})), interpreter.version)
    jobs = [
        plan(gate, example, interpreter, name, fork=True)
        for name, example in gate.folder.examples.items()
    ]
    assert [job.key for job in jobs if job.fork] == ["a.py"]
    assert jobs[0].expected == fingerprint("1\n")
    assert not plan(gate, gate.folder.examples["a.py"], interpreter, "a.py").fork


def test_most_examples_of_this_site_may_be_forked(interpreter: Interpreter) -> None:
    gate = Gate(Folder(Settings.read(REPOSITORY, {})), interpreter.version)
    jobs = [
        plan(gate, e, interpreter, e.name, fork=True)
        for e in gate.folder.examples.values()
    ]
    assert sum(job.fork for job in jobs) > len(jobs) / 2


def test_programs_run_unforked_if_the_fork_server_fails(
    tmp_path: Path, interpreter: Interpreter
) -> None:
    refusing = tmp_path / "python"
    refusing.write_text(
        f'#!/bin/sh\n[ -z "$PYTHONPATH" ] && exec "{interpreter.executable}" "$@"\n'
    )
    refusing.chmod(0o755)
    (tmp_path / "program.py").write_text("import asyncio\nprint('run')\n")
    jobs = [
        Job(
            key=str(number),
            files=(str(tmp_path / "program.py"),),
            root=str(tmp_path),
            executable=str(refusing),
            library=interpreter.library,
            timeout=10,
            limit=1000,
            fork=True,
        )
        for number in range(3)
    ]
    with Runs(jobs, at_once=3) as runs:
        assert [run.output for _, run in runs.results()] == ["run\n"] * 3


@pytest.mark.parametrize(
    "hangs",
    ["__import__('time').sleep(99)", slow("while True: pass")],
    ids=["sleeping", "computing"],
)
def test_hanging_fork_is_stopped_at_its_time_limit(run_all: RunAll, hangs: str) -> None:
    source = f"{START}    print('so far')\n    {hangs}{RUN}"
    results = run_all({"a": source, "b": "import asyncio"}, True)
    assert (results["a"].output, results["a"].ending) == ("so far\n", "timeout")
    assert results["b"].ending == "exit"
