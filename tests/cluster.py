"""Runs on a Dask cluster: two workers on this machine, one of which may be killed.

Not among the everyday tests, whose environment has no Dask: ``make compatibility``.
"""

import contextlib
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from conftest import PYTHON, SPHINX, Project, start

PATIENCE = 120
SLEEPER = 'import time\n\ntime.sleep(0.4)\nprint("example {}")\n'


class Cluster:
    """A scheduler and its workers, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []
        self.workers: list[subprocess.Popen[bytes]] = []
        self.address = ""

    def start(self) -> None:
        places = ["--host", "127.0.0.1", "--port", "0"]
        self._start("scheduler", *places)
        self.address = self._wait_for("scheduler", r"Scheduler at:\s+(tcp://\S+)")
        for name in ("one", "two"):
            options = ["--no-nanny", "--nthreads", "2", "--name", name]
            worker = self._start("worker", self.address, *options, log=name)
            self.workers.append(worker)
        for name in ("one", "two"):
            self._wait_for(name, r"Registered to:\s+(tcp://\S+)")

    def _start(
        self, kind: str, *options: str, log: str = "scheduler"
    ) -> subprocess.Popen[bytes]:
        command = [PYTHON, "-m", "dask", kind, *options, "--no-dashboard"]
        with (self.folder / f"{log}.log").open("wb") as file:
            process = subprocess.Popen(
                command, cwd=self.folder, stdout=file, stderr=subprocess.STDOUT
            )
        self.processes.append(process)
        return process

    def _wait_for(self, log: str, pattern: str) -> str:
        deadline = time.monotonic() + PATIENCE
        path = self.folder / f"{log}.log"
        while not (found := re.search(pattern, path.read_text())):
            assert time.monotonic() < deadline, path.read_text()
            time.sleep(0.1)
        return found[1]

    def kill_a_busy_worker(self, build: "subprocess.Popen[str]") -> None:
        """Wait until a worker runs an example, and kill it; its runs end with it."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and build.poll() is None:
            for worker in self.workers:
                if any("sleeper" in name for name in _programs_below(worker.pid)):
                    worker.kill()
                    worker.wait()
                    return
        build.kill()
        raise AssertionError(f"no worker ran an example\n{build.communicate()[0]}")

    def stop(self) -> None:
        for process in reversed(self.processes):
            process.kill()
            process.wait()


def _programs_below(pid: int) -> Iterator[str]:
    for process in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            yield " ".join(process.cmdline())


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """A cluster of two workers."""
    cluster = Cluster(tmp_path)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def root(project: Callable[[str], Project]) -> Project:
    """The basic root with sixteen programs that sleep."""
    root = project("basic")
    text = root.read("third.md")
    for number in range(16):
        root.write(f"examples/sleeper_{number}.py", SLEEPER.format(number))
        output = f"$ python sleeper_{number}.py\nexample {number}\n"
        root.write(f"examples/sleeper_{number}.out", output)
        text += f"\n```{{example}} sleeper_{number}.py\n```\n"
    root.write("third.md", text)
    return root


def test_a_cluster_gives_the_same_pages(root: Project, cluster: Cluster) -> None:
    assert root.build().status == 0
    here = {name: root.html(name) for name in ("index", "second", "third")}
    root.command(["rm", "-r", "_build"])
    root.write("conf.py", f"{root.read('conf.py')}{setting(cluster.address)}")
    done = root.build()
    assert done.status == 0, done.plain
    assert re.search(r"examples: \d+ run, 0 unchanged, 0 drifted", done.plain)
    assert "were run here and not on the cluster" not in done.plain
    assert {name: root.html(name) for name in here} == here


def test_build_survives_a_lost_worker(root: Project, cluster: Cluster) -> None:
    root.write("conf.py", f"{root.read('conf.py')}{setting(cluster.address)}")
    build = subprocess.Popen(
        [PYTHON, "-m", "sphinx", ".", "_build/html"],
        cwd=root.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    cluster.kill_a_busy_worker(build)
    output, _ = build.communicate(timeout=PATIENCE)
    assert build.returncode == 0, output
    assert all(f"example {number}\n" in root.html("third") for number in range(16))


# What starts it here, what speaks with the cluster, and the builder itself.
LOOK_UP = """\
import psutil
above = psutil.Process().parents()
print([p.environ().get("SECRET_TOKEN") for p in above[:3]])
"""


def test_local_fallback_hides_the_builds_environment(
    root: Project, cluster: Cluster
) -> None:
    root.write("conf.py", root.read("conf.py") + setting(cluster.address))
    root.write("examples/hello.py", LOOK_UP)
    words = [*SPHINX, ".", "_build/html"]
    # Programs inherit the other variable, so the workers refuse to run them.
    done = start(words, root.folder, SECRET_TOKEN="x", LD_LIBRARY_PATH="/nowhere")
    assert "were run here and not on the cluster" in done.plain, done.plain
    assert "+[None, None, 'x']" in done.plain


def test_jobs_run_here_where_no_worker_is_left(root: Project, cluster: Cluster) -> None:
    for worker in cluster.workers:
        worker.kill()
    root.write("conf.py", f"{root.read('conf.py')}{setting(cluster.address)}")
    done = root.build()
    assert done.status == 0, done.plain
    assert "were run here and not on the cluster" in done.plain


def test_dask_configuration_is_used(root: Project, cluster: Cluster) -> None:
    root.write("conf.py", f"{root.read('conf.py')}{setting(cluster.address)}")
    refused = {"DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION": "True"}
    done = root.command([*SPHINX, ".", "_build/html"], **refused)
    assert done.status == 2
    assert "encryption required by Dask configuration" in done.plain


def test_drift_on_a_cluster_fails_the_build(root: Project, cluster: Cluster) -> None:
    root.write("conf.py", f"{root.read('conf.py')}{setting(cluster.address)}")
    root.replace("examples/hello.py", '"hello"', '"salut"')
    done = root.build()
    assert done.status == 1
    assert "-hello\n+salut" in done.plain


def setting(address: str) -> str:
    return f'\nexample_output_scheduler = "{address}"\n'


def test_unreachable_cluster_gives_one_clear_message(root: Project) -> None:
    root.write("conf.py", f"{root.read('conf.py')}{setting('tcp://127.0.0.1:9')}")
    done = root.build()
    assert done.status == 2
    assert (
        "example_output_scheduler = 'tcp://127.0.0.1:9' does not answer" in done.plain
    )
    assert "The examples cannot be run" in done.plain
    # Sphinx shows where an error was raised; it is not to look like a fault of ours.
    assert "RunnerError" not in done.plain


def test_worker_with_another_interpreter_refuses_the_job() -> None:
    from example_output.running.cluster import run_on_worker

    assert run_on_worker({}, {}, "another Python") is None
