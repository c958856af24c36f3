"""Many runs and many builds, to find failures that are rare."""

import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import SPHINX, Project, press_ctrl_c, processes_in, wait_until
from example_output.running.interpreter import Interpreter
from example_output.running.job import CAN_FORK, Job
from example_output.running.runs import Runs

pytestmark = pytest.mark.slow

ALTERNATING = """\
import asyncio
import logging

logging.basicConfig(format="%(message)s")
for number in range(20):
    print("out", number)
    logging.warning("err %d", number)
"""


@pytest.mark.parametrize("fork", [False, True] if CAN_FORK else [False])
def test_streams_are_in_order_50_times_of_50(
    tmp_path: Path, interpreter: Interpreter, fork: bool
) -> None:
    (tmp_path / "program.py").write_text(ALTERNATING)
    jobs = [
        Job(
            key=str(number),
            files=(str(tmp_path / "program.py"),),
            root=str(tmp_path),
            executable=interpreter.executable,
            library=interpreter.library,
            timeout=30,
            limit=10_000,
            fork=fork,
        )
        for number in range(50)
    ]
    expected = "".join(f"out {n}\nerr {n}\n" for n in range(20))
    with Runs(jobs, at_once=8) as runs:
        assert [run.output for _, run in runs.results()] == [expected] * 50


def test_10_cold_builds_at_once_do_not_disturb_each_other(
    project: Callable[[str], Project],
) -> None:
    basic = project("basic")
    command = [*SPHINX, "-q", "-D", "example_output_cache=_build/cache", "."]
    builds = [
        subprocess.Popen(
            [*command, f"_build/{number}"], cwd=basic.folder, stderr=subprocess.PIPE
        )
        for number in range(10)
    ]
    for build in builds:
        _, errors = build.communicate(timeout=120)
        assert (build.returncode, errors) == (0, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_an_interrupt_at_20_moments_leaves_nothing_behind(
    project: Callable[[str], Project],
) -> None:
    basic = project("basic")
    temporary = basic / "temporary"
    temporary.mkdir()
    slow = "import asyncio\nasyncio.run(asyncio.sleep(600))\n"
    basic.write("examples/hello.py", slow)
    basic.write("examples/topic/fails.py", slow)
    moments = random.Random(20)
    ignored = 0
    for _ in range(20):
        build = subprocess.Popen(
            [sys.executable, "-m", "example_output", "-q", ".", "_build/html"],
            cwd=basic.folder,
            env={**os.environ, "TMPDIR": str(temporary)},
            start_new_session=True,
            # Not a pipe: it would end with the last process, and not with the build.
            stderr=subprocess.DEVNULL,
        )
        time.sleep(moments.uniform(0.05, 1.5))
        ignored += press_ctrl_c(build) > 1
        assert ignored < 4  # each 200th, so that more would be the build's fault
        assert build.returncode != 0
        # What gets no core, at its low priority, takes long to end.
        assert wait_until(lambda: not any(processes_in(temporary)))
        assert wait_until(lambda: not list(left_in(temporary))), [*left_in(temporary)]
    assert not list((basic / "_build").rglob(".*.json.*"))


def left_in(temporary: Path) -> Iterator[Path]:
    """Yield what is left in a temporary folder, but for what Python itself leaves.

    ``tempfile.gettempdir()`` tries the folder with a file that has such a name, and an
    interrupt may come before it is removed.
    """
    for path in temporary.iterdir():
        if path.is_dir() or not re.fullmatch("[a-z0-9_]{8}", path.name):
            yield path
