"""The process that runs examples, many at once: it is told which, and reports.

It starts interpreters, reads what they print and says so on its standard output, a line
of JSON a run.  :class:`.running.runs.Runs` is the handle by which Sphinx and pytest
hold it.

It uses plain threads.  They spend their time waiting, and a process that need not
import :mod:`asyncio` starts its first example 50 ms earlier.
"""

import contextlib
import itertools
import json
import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from example_output.running.job import Job
from example_output.running.process import Processes, environment, run
from example_output.transcript import Transcript

if TYPE_CHECKING:
    from example_output.running.forking import ForkServer

_NICE = 10  # the niceness of runs beside which other work waits


def main(*, polite: bool = False, fork: bool = False) -> None:
    """Read an order from standard input, run it, report on standard output.

    The parameters are those of :func:`.running.runs.start`.
    """
    # Enough for what threads do here; the usual 8 MB each would meet a limit of memory.
    threading.stack_size(512 * 1024)
    if polite:
        _be_polite()
    server = _start_server(sys.executable) if fork else None
    # Nothing comes if there is nothing to run, or if whoever asked has died.
    order = json.loads(sys.stdin.buffer.readline() or "{}")
    if order and not order["scheduler"]:
        _run_here(order, server)
        return
    if server:
        server.close()
    if order:
        _run_on_cluster(order)


def _run_here(order: dict[str, Any], server: "ForkServer | None") -> None:
    pool = _Pool((Job(**fields) for fields in order["jobs"]), server)
    # The parent decides when to stop.  A handler, not SIG_IGN, and set in any case:
    # a program started from here begins with the default action, as in a shell.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: pool.abort())
    _watch_parent(pool.abort)
    if order["load"]:
        pool.keep_busy()
    pool.prepare_to_fork([Job(**fields) for fields in order["jobs"]])
    reporter = threading.Thread(target=pool.report)
    workers = [
        threading.Thread(target=pool.work)
        for _ in range(min(order["at_once"], len(order["jobs"])))
    ]
    started = [thread for thread in (reporter, *workers) if _can_start(thread)]
    if started in ([], [reporter]):
        pool.work()
    for worker in started[1:]:
        worker.join()
    pool.results.put(None)
    if started:
        reporter.join()
    else:
        pool.report()
    pool.stop()


def _can_start(thread: threading.Thread) -> bool:
    """Start a thread, unless the limits of this machine allow no more."""
    try:
        thread.start()
    except RuntimeError:
        return False
    return True


def _start_server(executable: str) -> "ForkServer | None":
    """Start what forks programs, where that can be done."""
    from example_output.running.forking import SUPPORTED, ForkServer

    if not SUPPORTED:
        return None
    return ForkServer(executable, environment(Path(os.sep), 0))


def _be_polite() -> None:
    """Take the time that others leave."""
    if hasattr(os, "nice"):
        os.nice(_NICE)
    # Where cores are shared out among sessions first, being nice counts only within
    # ours, so the session has to be nice as a whole ("autogroup" in sched(7)).
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(_NICE))


def _watch_parent(abort: Callable[[], None]) -> None:
    """Stop once the parent has closed our input, or has died."""

    def watch() -> None:
        # Not sys.stdin: a buffered reader held by a thread breaks the interpreter's
        # exit.
        while os.read(0, 1024):
            pass
        abort()

    _can_start(threading.Thread(target=watch, daemon=True))


def _run_on_cluster(order: dict[str, Any]) -> None:
    """As :func:`main`, on a cluster."""
    # Dask's configuration may name any variable.  Set here, they are in the memory of
    # this process alone: what it starts in turn begins with a small environment.
    os.environ.update(order["variables"])
    from example_output.running.cluster import ClusterError, run_on

    # What is printed on standard output is for the parent alone.
    lines, sys.stdout = sys.stdout.buffer, sys.stderr
    lock = threading.Lock()

    def report(message: dict[str, Any]) -> None:
        with lock, contextlib.suppress(BrokenPipeError):
            lines.write(json.dumps(message).encode() + b"\n")
            lines.flush()

    signal.signal(signal.SIGINT, lambda *_: None)
    _watch_parent(lambda: os._exit(1))
    try:
        run_on(
            order["scheduler"],
            order["identity"],
            [Job(**fields) for fields in order["jobs"]],
            lambda key, run: report({"key": key, **asdict(run)}),
        )
    except ClusterError as error:
        report({"failed": str(error)})


class _Pool:
    """The runs of one child process: what waits, what is under way, what is done."""

    def __init__(self, jobs: Iterable[Job], server: "ForkServer | None" = None) -> None:
        self.results: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # Starting takes a core, running mostly sleeps.  Interpreters that all start at
        # once only delay each other's sleep, so few may start at the same time.
        self._starting = threading.Semaphore(os.cpu_count() or 1)
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in jobs:
            self._jobs.put(job)
        self._processes = Processes(
            Path(tempfile.mkdtemp(prefix="example-")).absolute()
        )
        self._numbers = itertools.count(1)
        self._server = server

    def prepare_to_fork(self, jobs: list[Job]) -> None:
        """Start what forks programs, if there are enough of them to gain by it."""
        wanted = {job.executable for job in jobs if job.fork}
        if self._server and wanted != {self._server.executable}:
            self._server.close()
            self._server = None
        if not self._server and sum(job.fork for job in jobs) > 1:
            self._server = _start_server(next(iter(wanted)))

    def keep_busy(self) -> None:
        """Load every core with a program that does nothing else, while we live."""
        code = "import os\nup = os.getppid()\nwhile os.getppid() == up: pass"
        for _ in range(os.cpu_count() or 1):
            command = [sys.executable, "-I", "-S", "-c", code]
            busy = subprocess.Popen(command, start_new_session=True)
            self._processes.running.add(busy)

    def stop(self) -> None:
        """Kill what runs, remove what it left, start nothing more."""
        with self._processes.lock:
            self._processes.stop()
            if self._server:
                self._server.close()

    def abort(self) -> None:
        """Stop at once, and end this process."""
        self.stop()
        os._exit(1)

    def report(self) -> None:
        """Write results to the parent; no run waits until it has read them."""
        while (line := self.results.get()) is not None:
            with contextlib.suppress(BrokenPipeError):
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()

    def work(self) -> None:
        """Run one job after another until none is left."""
        while not self._processes.stopped:
            with contextlib.ExitStack() as starting:
                self._starting.acquire()
                starting.callback(self._starting.release)
                try:
                    # Only now, so that they start in their order.
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    return
                try:
                    found = self._run(job, starting.close)
                    message = {"key": job.key, **asdict(found)}
                except (OSError, RuntimeError) as error:
                    # A file of it has gone meanwhile, say, or no thread can be started.
                    message = {"failed": f"{job.key}: {error}"}
            self.results.put(json.dumps(message).encode() + b"\n")

    def _run(self, job: Job, started: Callable[[], None]) -> Transcript:
        if job.fork and self._server:
            # A plain start always works, where the server is gone, too.
            with contextlib.suppress(OSError):
                found = run(job, self._home(), self._processes, started, self._server)
                if job.accepts(found):
                    return found
        return run(job, self._home(), self._processes, started)

    def _home(self) -> Path:
        return self._processes.root / str(next(self._numbers))
