"""Run examples: a fresh interpreter each, many at once, in a process of our own.

Two halves.  :func:`main` is the child process; it starts interpreters, reads what they
print and says so on its standard output, a line of JSON a run.  :class:`Runs` is the
handle by which Sphinx and pytest hold it: no thread runs in their processes, since
Sphinx forks, and closing the handle (or dying) ends everything that was started.

The child uses plain threads.  They spend their time waiting, and a child that need not
import :mod:`asyncio` starts its first example 50 ms earlier.
"""

import contextlib
import itertools
import json
import os
import queue
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Self, TypeAlias

from example_output import child, describe
from example_output.transcript import Ending, Surroundings, Transcript, normalize

if TYPE_CHECKING:
    from example_output.forking import Forked, ForkServer

    Process: TypeAlias = subprocess.Popen[bytes] | Forked

_ENVIRONMENT = {
    "PATH": os.defpath,
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "TERM": "dumb",
    "COLUMNS": "80",
    "LINES": "24",
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
    # One write for each print, so that one pipe keeps the order of both streams.
    "PYTHONUNBUFFERED": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONNOUSERSITE": "1",
}
_NICE = 10  # the niceness of runs beside which other work waits
_TICK = 0.1  # seconds between two looks at a run that is still going
_STARTING = 0.25  # seconds that a silent run counts as starting
_MOST = 9  # times its limit that a run may be held up by other programs
_STALLED = 1.0  # seconds more than that, and neither we nor the program could run
_GRACE = 1.0  # seconds for a pipe to run dry after its last writer was killed


@dataclass(frozen=True)
class Interpreter:
    """A Python to run examples with."""

    executable: str
    version: str
    """As :func:`platform.python_version` gives it."""
    identity: str
    """Everything about it that can change an output, in one line."""
    library: tuple[str, ...]
    """The folders of its standard library and of installed packages."""


def this_interpreter() -> Interpreter:
    """The interpreter that this process runs on."""
    return _interpreter(describe.describe())


def ask_interpreter(executable: str) -> Interpreter:
    """Ask another interpreter who it is.

    :raises OSError: if it cannot be started.
    :raises subprocess.SubprocessError: if it fails, or does not answer in a minute.
    """
    done = subprocess.run(
        [executable, "-I", describe.__file__],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    return _interpreter(json.loads(done.stdout))


def _interpreter(answer: dict[str, Any]) -> Interpreter:
    return Interpreter(**{**answer, "library": tuple(answer["library"])})


@dataclass(frozen=True)
class Job:
    """One run to make."""

    key: str
    """By which the asker knows it again."""
    files: tuple[str, ...]
    """Absolute paths: the program first, then what must lie beside it."""
    root: str
    """The program's folder; ``files`` keep their places below it."""
    executable: str
    library: tuple[str, ...]
    timeout: float
    """Seconds."""
    limit: int
    """Bytes of output after which the run is stopped."""
    seed: int = 0
    """``PYTHONHASHSEED``."""
    garbage: int | None = None
    """New objects between two looks for garbage; 0 for none, ``None`` for Python's own
    number."""
    fork: bool = False
    """Whether it may be started by a fork; see :mod:`.forking`."""
    timeline: bool = False
    """Whether to watch its tasks, on a clock that only sleeping moves."""


# -- The handle ----------------------------------------------------------------------


class RunnerError(RuntimeError):
    """The child process cannot make the runs it was asked for, and why."""


class Runs:
    """Runs under way in a child process.  A context manager: leaving it ends them all.

    :param jobs: what to run.
    :param at_once: how many may run at the same time.
    :param load: keep every core busy meanwhile, as a slow machine would be.
    :param scheduler: the address of a Dask scheduler to run them on; see
        :mod:`.cluster`.
    :param process: one that :func:`.child.start` gave, which is ended if there is
        nothing to run; without it, one is started with its defaults.
    """

    def __init__(
        self,
        jobs: Iterable[Job],
        *,
        at_once: int,
        load: bool = False,
        scheduler: str = "",
        process: "subprocess.Popen[bytes] | None" = None,
    ) -> None:
        self._waiting = {job.key: job for job in jobs}
        self.keys = frozenset(self._waiting)
        self._done: dict[str, Transcript] = {}
        self.count = len(self._waiting)
        self._process = process
        self._buffer = b""
        if self._waiting:
            self._start(at_once=at_once, load=load, scheduler=scheduler)
        elif process:
            # It may not even be up: polite as it is, on a busy machine that takes long.
            process.kill()
            self.close()

    def _start(self, **options: Any) -> None:
        self._process = self._process or child.start()
        if options["scheduler"]:
            options["identity"] = this_interpreter().identity
            options["variables"] = dict(os.environ)
        order = {
            **options,
            "jobs": [asdict(job) for job in self._waiting.values()],
        }
        pipe = _open(self._process.stdin)
        pipe.write(json.dumps(order).encode() + b"\n")
        pipe.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def results(self) -> Iterator[tuple[str, Transcript]]:
        """Yield each job's key and transcript, as they come.

        :raises RunnerError: if the child process breaks down.
        """
        while self._waiting:
            yield self._next()

    def ready(self) -> Iterator[tuple[str, Transcript]]:
        """Yield what has come already, without waiting.

        Nothing on Windows, where a pipe cannot be asked whether it has something.
        """
        while self._has_line():
            yield self._next()

    def result(self, key: str) -> Transcript:
        """Wait for one job.

        :raises RunnerError: if the child process breaks down.
        """
        while key not in self._done:
            self._next()
        return self._done[key]

    def _next(self) -> tuple[str, Transcript]:
        while b"\n" not in self._buffer:
            if not self._receive():
                self.close()
                raise RunnerError(
                    "the process that runs the examples ended early, "
                    f"with {len(self._waiting)} of {self.count} still to come"
                )
        line, _, self._buffer = self._buffer.partition(b"\n")
        message = json.loads(line)
        if "failed" in message:
            self.close()
            raise RunnerError(message["failed"])
        key = message.pop("key")
        del self._waiting[key]
        self._done[key] = Transcript(**message)
        if not self._waiting:
            self.close()
        return key, self._done[key]

    def _has_line(self) -> bool:
        while b"\n" not in self._buffer:
            if self._process is None or sys.platform == "win32":
                return False
            readable, _, _ = select.select([_open(self._process.stdout)], [], [], 0)
            if not readable or not self._receive():
                return False
        return True

    def _receive(self) -> bool:
        """Read on, waiting if need be; false at the end."""
        if self._process is None:
            raise RunnerError("the runs were ended before they were done")
        chunk = os.read(_open(self._process.stdout).fileno(), 65536)
        self._buffer += chunk
        return bool(chunk)

    def close(self) -> None:
        """End whatever still runs, and wait until it has ended."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(OSError):
            _open(process.stdin).close()  # the end of its input tells the child to stop
        _open(process.stdout).close()
        process.wait()


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # a PIPE was asked for
    return stream


# -- The child process ---------------------------------------------------------------


def main(*, polite: bool = False, fork: bool = False) -> None:
    """Read an order from standard input, run it, report on standard output.

    The parameters are those of :func:`.child.start`.
    """
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
    for thread in (reporter, *workers):
        thread.start()
    for worker in workers:
        worker.join()
    pool.results.put(None)
    reporter.join()
    pool.stop()


def _start_server(executable: str) -> "ForkServer | None":
    """Start what forks programs, where that can be done."""
    from example_output.forking import SUPPORTED, ForkServer

    if not SUPPORTED:
        return None
    return ForkServer(executable, _environment(Path(os.sep), 0))


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

    threading.Thread(target=watch, daemon=True).start()


def _run_on_cluster(order: dict[str, Any]) -> None:
    """As :func:`main`, on a cluster."""
    # Dask's configuration may name any variable.  Set here, they are in the memory of
    # this process alone: what it starts in turn begins with a small environment.
    os.environ.update(order["variables"])
    from example_output.cluster import ClusterError, run_on

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
        # Reentrant: abort() may come as a signal while this thread holds it.
        self._lock = threading.RLock()
        self._stopped = False
        self._processes: set[Process] = set()
        self._root = Path(tempfile.mkdtemp(prefix="example-"))
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
            self._processes.add(subprocess.Popen(command, start_new_session=True))

    def stop(self) -> None:
        """Kill what runs, remove what it left, start nothing more."""
        with self._lock:
            self._stopped = True
            for process in self._processes:
                kill_tree(process)
            if self._server:
                self._server.close()
            _kill_escaped(self._root)
            shutil.rmtree(self._root, ignore_errors=True)

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
        while not self._stopped:
            with contextlib.ExitStack() as starting:
                self._starting.acquire()
                starting.callback(self._starting.release)
                try:
                    # Only now, so that they start in their order.
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    return
                try:
                    run = self._run(job, starting.close)
                    message = {"key": job.key, **asdict(run)}
                except OSError as error:  # a file of it has gone meanwhile, say
                    message = {"failed": f"{job.key}: {error}"}
            self.results.put(json.dumps(message).encode() + b"\n")

    def _run(self, job: Job, started: Callable[[], None]) -> Transcript:
        if not (job.fork and self._server):
            return self._run_with(None, job, started)
        try:
            return self._run_with(self._server, job, started)
        except OSError:  # the server is gone; a plain start always works
            return self._run_with(None, job, started)

    def _run_with(
        self, server: "ForkServer | None", job: Job, started: Callable[[], None]
    ) -> Transcript:
        home = self._root / str(next(self._numbers))
        folder = home / "run"
        with self._lock:
            if self._stopped:
                raise SystemExit
            _lay_out(job, folder, server.name if server else "")
        try:
            began = time.perf_counter()
            process = self._start(job, home, folder, server)
            output, ending = _capture(process, job, started)
            if server:
                output = server.restore(output, folder, Path(job.files[0]).name)
            seconds = time.perf_counter() - began
        finally:
            shutil.rmtree(home, ignore_errors=True)
        with self._lock:
            self._processes.discard(process)
        where = Surroundings(
            folders=_spellings(folder),
            home=_spellings(home),
            library=tuple(job.library),
            executable=job.executable,
        )
        clean = partial(normalize, where=where)
        text = clean(output.decode("utf-8", "backslashreplace"))
        status = process.wait() if ending == "exit" else 0
        timeline = _read_events(_events_file(home), clean) if job.timeline else ""
        return Transcript(text, status, ending, seconds, timeline)

    def _start(
        self, job: Job, home: Path, folder: Path, server: "ForkServer | None"
    ) -> "Process":
        environment = _environment(home, job.seed)
        if job.garbage is not None:
            environment["EXAMPLE_OUTPUT_GARBAGE"] = str(job.garbage)
        if job.timeline:
            environment["EXAMPLE_OUTPUT_EVENTS"] = str(_events_file(home))
        if job.garbage is not None or job.timeline:
            environment["PYTHONPATH"] = str(Path(__file__).with_name("startup"))
        with self._lock:
            if self._stopped:
                raise SystemExit
            process: Process
            if server:
                process = server.start(job.key, folder, environment)
            else:
                process = _popen(job, folder, environment)
            self._processes.add(process)
        return process


def _events_file(home: Path) -> Path:
    """Where the observer writes: beside the home, where no program looks."""
    return home.with_suffix(".events")


def _read_events(file: Path, clean: Callable[[str], str]) -> str:
    """The text of the timeline of what an observer has written."""
    from example_output import timeline  # for most runs nobody asks

    try:
        raw = file.read_text("utf-8", "replace")
        return timeline.write_timeline(timeline.read_events(raw, clean))
    except timeline.UnfitError as error:
        return timeline.write_unfit(str(error))
    except FileNotFoundError:
        return timeline.write_unfit("it was not observed")
    finally:
        file.unlink(missing_ok=True)


def _popen(
    job: Job, folder: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [job.executable, Path(job.files[0]).name],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=environment,
        bufsize=0,
        process_group=0 if os.name == "posix" else None,
    )


def _capture(
    process: "Process", job: Job, started: Callable[[], None]
) -> tuple[bytes, Ending]:
    """Read until the program ended, or has run too long, or printed too much.

    Calls ``started`` once the program has printed something, or has had time to.
    """
    reader = _Reader(_open(process.stdout), job.limit)
    reader.start()
    reader.begun.wait(_STARTING)
    started()
    ending = _wait(process, reader, job.timeout)
    if ending == "exit":
        _kill_group(process)  # what the program left behind
    else:
        kill_tree(process)
    status = process.wait()
    if ending == "timeout" and os.name == "posix" and status != -signal.SIGKILL:
        ending = "exit"  # it had ended by itself, and we were told too late
    reader.finished.wait(_GRACE)
    return bytes(reader.output[: job.limit]), ending


def _wait(process: "Process", reader: "_Reader", timeout: float) -> Ending:
    before = time.monotonic()
    deadline = before + timeout
    held_up = 0.0
    while not reader.finished.wait(_TICK):
        if process.poll() is not None:
            return "exit"  # though something that it started still holds the pipe
        now = time.monotonic()
        if now - before > _TICK + _STALLED:
            deadline += now - before - _TICK  # while the machine stood still
        before = now
        if now > deadline:
            # What a busy machine does not let run has not had its time yet.
            more = min(_held_up(process.pid), timeout * _MOST) - held_up
            if more < _TICK:
                return "timeout"
            held_up += more
            deadline += more
    if reader.overflow:
        return "limit"
    try:
        process.wait(max(deadline - time.monotonic(), _TICK))
    except subprocess.TimeoutExpired:
        return "timeout"
    return "exit"


def _held_up(pid: int) -> float:
    """Seconds for which a program was ready to run, and other programs were running.

    Of its threads, and those of what it has started, the one that was held up longest.
    Linux only (``/proc/PID/schedstat`` in proc(5)); elsewhere 0.
    """
    import psutil  # as in kill_tree()

    found = [0]
    with contextlib.suppress(psutil.Error, OSError):
        below = psutil.Process(pid).children(recursive=True)
        for number in (pid, *(process.pid for process in below)):
            files = Path("/proc", str(number), "task").glob("*/schedstat")
            found.extend(int(file.read_text().split()[1]) for file in files)
    return max(found) / 1e9


class _Reader(threading.Thread):
    """Reads a pipe to its end, or to a limit.  A daemon: a pipe may never end."""

    def __init__(self, pipe: IO[bytes], limit: int) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._limit = limit
        self.output = bytearray()
        self.overflow = False
        self.begun = threading.Event()
        self.finished = threading.Event()

    def run(self) -> None:
        with self._pipe:
            while chunk := self._pipe.read(65536):
                self.begun.set()
                self.output += chunk
                if len(self.output) > self._limit:
                    self.overflow = True
                    break
            self.begun.set()
            self.finished.set()


def kill_tree(process: "Process") -> None:
    """Kill a process that we started, and all that it started, and so on."""
    import psutil  # 20 ms that a run which ends by itself never pays

    below = []
    with contextlib.suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children(recursive=True)
    # First, so that it does not get to see its children die.
    process.kill()
    for one in below:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.kill()
    _kill_group(process)


def _kill_group(process: "Process") -> None:
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)


def _kill_escaped(root: Path) -> None:
    """Kill what a program started and let go of: its home is in its environment.

    Linux only; elsewhere a process in a session of its own outlives its program.
    """
    if sys.platform != "linux":
        return
    mark = f"={root}{os.sep}".encode()
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if mark in Path("/proc", name, "environ").read_bytes():
                os.kill(int(name), signal.SIGKILL)


def _environment(home: Path, seed: int) -> dict[str, str]:
    """The whole environment of a run: an allow-list, so that nothing else gets in."""
    inherited = {name: os.environ[name] for name in child.SYSTEM if name in os.environ}
    places = dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "TEMP", "TMP"), str(home))
    return {**inherited, **_ENVIRONMENT, **places, "PYTHONHASHSEED": str(seed)}


def _lay_out(job: Job, folder: Path, name: str) -> None:
    """Copy the program and what it needs, so that two runs never meet in a file."""
    for file in job.files:
        target = folder / (name or Path(file).relative_to(job.root))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _spellings(folder: Path) -> tuple[str, ...]:
    """A folder as it was given and as links resolve: macOS's /tmp is /private/tmp."""
    return tuple(dict.fromkeys((str(folder), os.path.realpath(folder))))
