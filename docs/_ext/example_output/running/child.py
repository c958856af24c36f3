"""The child process that runs many examples at once, and reports their results.

It starts interpreters, captures their output, and writes a line of JSON per run to its
standard output.  Sphinx and pytest control it through :class:`.running.runs.Runs`.

It uses threads, which spend their time waiting: without importing :mod:`asyncio`, it
starts its first example 50 ms earlier.
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
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from example_output.running.environment import environment
from example_output.running.job import CAN_FORK, Job
from example_output.running.process import Processes, run
from example_output.transcript import Transcript

if TYPE_CHECKING:
    from example_output.running.forking import ForkServer

_PATIENCE = 60.0  # seconds that a run waits for another one before it says so


def main(*, fork: bool = False) -> None:
    """Read an order from standard input, run its jobs, report on standard output.

    :param fork: as for :func:`.running.start.start`.
    """
    # Enough for these threads; the usual 8 MB each could exceed a limit on memory.
    threading.stack_size(512 * 1024)
    _inherit_nothing()
    server = _start_server(sys.executable) if fork else None
    # There is no order if there is nothing to run, or if the parent has died.
    order = json.loads(sys.stdin.buffer.readline() or "{}")
    if order and not order["scheduler"]:
        _run_here(order, server)
        return
    if server:
        server.close()
    if order:
        _run_on_cluster(order)


def _run_here(order: dict[str, Any], server: "ForkServer | None") -> None:
    jobs = [Job(**fields) for fields in order["jobs"]]
    pool = _Pool(jobs, Path(order["folder"]), server)
    # The parent decides when to stop.  A handler, because programs would inherit
    # SIG_IGN: they have to start with the default action, as in a shell.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, lambda *_: pool.abort())
    _watch_parent(pool.abort)
    if order["load"]:
        pool.keep_busy()
    pool.prepare_to_fork(jobs)
    reporter = threading.Thread(target=pool.report)
    workers = [
        threading.Thread(target=pool.work)
        for _ in range(min(order["at_once"], len(jobs)))
    ]
    is_reporting = _can_start(reporter)
    working = [worker for worker in workers if _can_start(worker)]
    if not working:
        pool.work()
    for worker in working:
        worker.join()
    pool.results.put(None)
    if is_reporting:
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


@contextlib.contextmanager
def _no_other(name: str) -> Iterator[None]:
    """Wait until no other run is left that has to be alone, on this machine.

    Each process that runs examples asks: builds, and each worker of pytest.  The lock
    ends with its process.

    :param name: who waits.
    """
    from filelock import FileLock, Timeout  # rarely needed

    user = os.getuid() if hasattr(os, "getuid") else ""  # Windows: a folder for each
    path = Path(tempfile.gettempdir(), f"example-output-alone{user}.lock")
    lock = FileLock(path, mode=0o600)
    try:
        lock.acquire(timeout=_PATIENCE)
    except Timeout:
        waits = f"{name} waits for another program that declares alone = true"
        print(f"{waits}: a process of this machine holds {path}", file=sys.stderr)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _start_server(executable: str) -> "ForkServer | None":
    """Start a fork server, if the system supports it."""
    if not CAN_FORK:
        return None
    from example_output.running.forking import ForkServer

    return ForkServer(executable, environment(Path(os.sep), 0))


def _inherit_nothing() -> None:
    """Hand nothing down to programs that whoever builds has inherited.

    A umask differs between users; ``nohup``, and a shell that starts something in its
    background, ignore signals.
    """
    os.umask(0o022)
    if os.name == "posix":
        signal.pthread_sigmask(signal.SIG_SETMASK, ())
    # Python ignores these itself, and has programs start with the default.
    own = {getattr(signal, name, None) for name in ("SIGPIPE", "SIGXFSZ")}
    for number in signal.valid_signals() - own:
        if signal.getsignal(number) == signal.SIG_IGN:
            signal.signal(number, lambda *_: None)  # a program starts without handlers


def _watch_parent(abort: Callable[[], None]) -> None:
    """Abort once the parent has closed our standard input, or has died."""

    def watch() -> None:
        # Not sys.stdin: a buffered reader held by a thread breaks the interpreter's
        # exit.
        while os.read(0, 1024):
            pass
        abort()

    _can_start(threading.Thread(target=watch, daemon=True))


def _run_on_cluster(order: dict[str, Any]) -> None:
    """Make the runs on a cluster."""
    # Dask's configuration may use any variable.  Set here, they stay in the memory of
    # this process: the programs that it starts get a small environment.
    os.environ.update(order["variables"])
    from example_output.running.cluster import ClusterError, run_on

    # Standard output is reserved for results.
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


class _Cores:
    """Lets as many programs compute at once as there are cores.

    Most examples sleep most of the time, so many can run at once.  But all of them
    compute while they start, and some go on to: these would delay each other, so each
    takes a core until it first sleeps or waits.
    """

    def __init__(self) -> None:
        self._count = os.cpu_count() or 1
        self._taken = 0
        self._changed = threading.Condition()
        self.load: list[subprocess.Popen[bytes]] = []
        """Programs that keep the cores busy; they pause while all cores are taken."""

    def acquire(self) -> None:
        """Wait for a core, and take it."""
        with self._changed:
            self._changed.wait_for(lambda: self._taken < self._count)
            self._taken += 1
            if self._taken == self._count:
                self._signal("suspend")

    def release(self) -> None:
        """Give the core back."""
        with self._changed:
            if self._taken == self._count:
                self._signal("resume")
            self._taken -= 1
            self._changed.notify()

    def _signal(self, method: str) -> None:
        if self.load:
            import psutil

            for busy in self.load:
                with contextlib.suppress(psutil.Error):
                    getattr(psutil.Process(busy.pid), method)()


class _Pool:
    """The runs of one child process: waiting, running and finished."""

    def __init__(
        self, jobs: Iterable[Job], folder: Path, server: "ForkServer | None" = None
    ) -> None:
        self.results: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._cores = _Cores()
        self._jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in jobs:
            self._jobs.put(job)
        self._processes = Processes(folder)
        self._numbers = itertools.count(1)
        self._server = server

    def prepare_to_fork(self, jobs: list[Job]) -> None:
        """Start a fork server, if enough programs can use it to save time."""
        wanted = {job.executable for job in jobs if job.fork}
        if self._server and wanted != {self._server.executable}:
            self._server.close()
            self._server = None
        if not self._server and sum(job.fork for job in jobs) > 1:
            self._server = _start_server(next(iter(wanted)))

    def keep_busy(self) -> None:
        """Keep every core busy with a program that loops until this process ends."""
        # Its parent is named: it may have ended before this starts.
        code = f"import os\nwhile os.getppid() == {os.getpid()}: pass"
        for _ in range(os.cpu_count() or 1):
            command = [sys.executable, "-I", "-S", "-c", code]
            # It is found by its environment, and has not the pipe whose end tells that
            # this process has ended: it may be paused then, and so live on.
            busy = subprocess.Popen(
                command,
                env=environment(self._processes.root / "busy", 0),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._processes.running.add(busy)
            self._cores.load.append(busy)

    def stop(self) -> None:
        """Kill all runs, remove their files, and start no more."""
        with self._processes.lock:
            self._processes.kill()
            if self._server:
                self._server.close()  # before the rest, so that it forks nothing more
            self._processes.clean_up()

    def abort(self) -> None:
        """Stop at once, and end this process."""
        self.stop()
        os._exit(1)

    def report(self) -> None:
        """Write results to the parent; runs do not wait until it reads them."""
        while (line := self.results.get()) is not None:
            with contextlib.suppress(BrokenPipeError):
                sys.stdout.buffer.write(line)
                sys.stdout.buffer.flush()

    def work(self) -> None:
        """Run one job after another until none is left."""
        while not self._processes.stopped:
            with contextlib.ExitStack() as starting, contextlib.ExitStack() as alone:
                self._take_core(starting)
                try:
                    # Taken only now, so that jobs start in their order.
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    return
                try:
                    if job.alone:
                        starting.close()
                        alone.enter_context(_no_other(job.name))
                        self._take_core(starting)
                    found = self._run(job, starting.close)
                    message = {"key": job.key, **asdict(found)}
                except (OSError, RuntimeError) as error:
                    message = {"failed": f"{job.name}: {error}"}
                    if not all(map(os.path.isfile, job.files)):
                        found = Transcript("", ending="gone")
                        message = {"key": job.key, **asdict(found)}
            self.results.put(json.dumps(message).encode() + b"\n")

    def _take_core(self, starting: contextlib.ExitStack) -> None:
        self._cores.acquire()
        starting.callback(self._cores.release)

    def _run(self, job: Job, started: Callable[[], None]) -> Transcript:
        if job.fork and self._server:
            # Without the server, a plain start still works.
            with contextlib.suppress(OSError):
                found = run(job, self._home(), self._processes, started, self._server)
                if job.accepts(found):
                    return found
        return run(job, self._home(), self._processes, started)

    def _home(self) -> Path:
        # All paths have one length, for programs that wrap or pad them.
        return self._processes.root / f"{next(self._numbers):06}"
