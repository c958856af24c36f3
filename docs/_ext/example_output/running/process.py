"""One run: start an interpreter, capture its output, kill what it left behind."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeAlias

from example_output.files import remove_folder
from example_output.normalize import Surroundings, normalize
from example_output.running.environment import COLORS, environment
from example_output.running.job import Job
from example_output.running.masking import limited
from example_output.running.start import opened
from example_output.running.usage import Usage
from example_output.startup.session import has_more
from example_output.transcript import Ending, Transcript

if TYPE_CHECKING:
    from example_output.running.forking import Forked, ForkServer

    Process: TypeAlias = subprocess.Popen[bytes] | Forked

_TICK = 0.1  # seconds between two checks of a running program
_SHORT_TICK = 0.005  # the same while it has not slept yet, and others wait for it
_MOST = 9  # how many times its timeout a run may wait for a core
_STALLED = 1.0  # seconds that a check is late if the machine was stopped
_GRACE = 1.0  # seconds to read the rest of a pipe that cannot be asked what it holds
STARTUP = Path(__file__).parent.parent / "startup"


@dataclass
class Processes:
    """The processes of all current runs, so that they can be ended together."""

    root: Path
    """The folder that all of them work in."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    """Reentrant: a signal may stop the runs while this thread holds it."""
    stopped: bool = False
    running: "set[Process]" = field(default_factory=set)

    @contextlib.contextmanager
    def open(self) -> Iterator[None]:
        """Delay :meth:`kill`; end this thread if it has been called already."""
        with self.lock:
            if self.stopped:
                raise SystemExit
            yield

    def kill(self) -> None:
        """Kill all runs with their descendants; no more can be started."""
        with self.lock:
            self.stopped = True
            for process in self.running:
                kill_tree(process)

    def clean_up(self) -> None:
        """Kill what has escaped from the runs, and remove their files."""
        _kill_escaped(self.root)
        remove_folder(self.root)


def run(
    job: Job,
    home: Path,
    processes: Processes,
    started: Callable[[], None],
    server: "ForkServer | None" = None,
) -> Transcript:
    """Make one run.

    :param home: a new folder, which is removed at the end.
    :param started: called once the program no longer needs a core all the time; may
        be called twice.
    :param server: forks the program, in place of a plain start.
    :raises OSError: if it cannot be started.
    """
    top = home
    root = home / "run"
    if "place" in job.elsewhere:
        home = home / "another-home" / "with-a-longer-path"
        root = home / "another-folder"
    folder = root / job.inside
    with processes.open():
        _lay_out(job, root, server.name if server else "")
    try:
        began = time.perf_counter()
        with processes.open():
            process = _start(job, home, folder, server)
            processes.running.add(process)
        output, ending = capture(process, job, started)
        if server:
            output = server.restore(output, folder, Path(job.files[0]).name)
        seconds = time.perf_counter() - began
        where = _surroundings(job, (folder, root), home)
        masking = limited(processes.root, job.name) if job.masks else nullcontext()
        with masking:
            made = _made(job, folder, where)
            text = normalize(output.decode("utf-8", "backslashreplace"), where)
    finally:
        remove_folder(top)
    with processes.lock:
        processes.running.discard(process)
    status = process.wait() if ending == "exit" else 0
    timeline = _read_events(_events_file(home), where) if job.timeline else ""
    masked = sorted(where.matched)
    return Transcript(text, status, ending, seconds, timeline, masked, made)


def _made(job: Job, folder: Path, where: Surroundings) -> dict[str, str]:
    """The files that a run has made."""
    if not job.makes:
        return {}
    from example_output.running.made import collect  # rarely needed

    return dict(collect(folder, job.makes, where))


def _surroundings(job: Job, folders: tuple[Path, Path], home: Path) -> Surroundings:
    return Surroundings(
        folders=tuple(dict.fromkeys(chain.from_iterable(map(_spellings, folders)))),
        home=_spellings(home),
        library=tuple(job.library),
        executable=job.executable,
        hidden=str(STARTUP / "elsewhere.py"),
        colors=job.colors,
        own=None if job.own is None else frozenset(job.own),
        masks=tuple((pattern, replacement) for pattern, replacement in job.masks),
    )


def _start(
    job: Job, home: Path, folder: Path, server: "ForkServer | None"
) -> "Process":
    variables = environment(home, job.seed)
    # A program that starts python, or an installed command, gets those beside it.
    found = (os.path.dirname(job.executable), job.path or variables["PATH"])
    variables["PATH"] = os.pathsep.join(found)
    if job.colors:
        del variables["NO_COLOR"]
        variables |= COLORS
    if job.garbage is not None:
        variables["EXAMPLE_OUTPUT_GARBAGE"] = str(job.garbage)
    if job.timeline:
        variables["EXAMPLE_OUTPUT_EVENTS"] = str(_events_file(home))
    if job.elsewhere:
        variables["EXAMPLE_OUTPUT_ELSEWHERE"] = " ".join(job.elsewhere)
    if job.axis:
        variables["EXAMPLE_OUTPUT_AXIS"] = job.axis
    special = job.timeline or job.elsewhere or job.axis or job.pythonpath
    if job.garbage is not None or special:
        # It removes the variable, so that a program has the same environment as ever.
        places = filter(None, (str(STARTUP), *job.pythonpath, job.packages))
        variables["PYTHONPATH"] = os.pathsep.join(places)
    variables |= dict(job.environment)
    if server:
        return server.start(job.key, folder, variables)
    return _popen(job, folder, variables)


def _events_file(home: Path) -> Path:
    """The file of the observer: beside the home, where no program looks."""
    return home.with_suffix(".events")


def _read_events(file: Path, where: Surroundings) -> str:
    """The text of the timeline that an observer has written."""
    from example_output.timeline.recorded import text_of_log, write_unfit

    try:
        return text_of_log(file.read_text("utf-8", "replace"), where)
    except FileNotFoundError:
        return write_unfit("it was not observed")
    finally:
        file.unlink(missing_ok=True)


def _popen(
    job: Job, folder: Path, environment: dict[str, str]
) -> subprocess.Popen[bytes]:
    launch = job.launch or (Path(job.files[0]).name,)
    with contextlib.ExitStack() as opened:
        stdin: int | IO[bytes] = subprocess.DEVNULL
        if job.stdin:
            # Not a pipe, which would fill up if the program reads nothing.
            stdin = opened.enter_context(tempfile.TemporaryFile())
            stdin.write(job.stdin.encode())
            stdin.seek(0)
        return subprocess.Popen(
            [job.executable, *launch, *job.arguments],
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment,
            bufsize=0,
            process_group=0 if os.name == "posix" else None,
        )


def capture(
    process: "Process", job: Job, started: Callable[[], None]
) -> tuple[bytes, Ending]:
    """Read until the program ends, or runs too long, or prints too much.

    Calls ``started`` once the program first sleeps or waits, and at its end.
    """
    reader = _Reader(opened(process.stdout), job.limit)
    reader.start()
    ending = _wait(process, reader, job.timeout, started)
    started()
    if ending == "exit":
        _kill_group(process)  # what the program left behind
    else:
        kill_tree(process)
    status = process.wait()
    if ending == "timeout" and os.name == "posix" and status != -signal.SIGKILL:
        ending = "exit"  # it had ended by itself, which we noticed too late
    reader.drain()
    return bytes(reader.output[: job.limit]), ending


def _wait(
    process: "Process", reader: "_Reader", timeout: float, started: Callable[[], None]
) -> Ending:
    usage = Usage(process.pid)
    deadline = _Deadline(timeout, usage)
    tick = _SHORT_TICK
    while not reader.finished.wait(tick):
        if process.poll() is not None:
            return "exit"  # although a child of it may still hold the pipe
        if tick < _TICK and not usage.is_computing():
            started()
            tick = _TICK
        if deadline.has_passed():
            return "timeout"
    if reader.overflow:
        return "limit"
    try:
        process.wait(max(deadline.end - time.monotonic(), _TICK))
    except subprocess.TimeoutExpired:
        return "timeout"
    return "exit"


class _Deadline:
    """The end of a run's time.

    Time in which the machine was stopped, or the program waited for a core, does not
    count.
    """

    def __init__(self, timeout: float, usage: Usage) -> None:
        self._timeout = timeout
        self._usage = usage
        self._began = self._before = time.monotonic()
        self._held_up = 0.0
        self.end = self._began + timeout
        """As :func:`time.monotonic` tells it."""

    def has_passed(self) -> bool:
        """Whether the time is over; has to be called at each tick."""
        now = time.monotonic()
        if now - self._before > _TICK + _STALLED:
            self.end += now - self._before - _TICK  # the machine was stopped meanwhile
        self._before = now
        if now <= self.end:
            return False
        most = self._timeout * _MOST
        more = min(self._usage.held_up(now - self._began), most) - self._held_up
        self._held_up += more
        self.end += more
        return more < _TICK


class _Reader(threading.Thread):
    """Reads a pipe to its end, or to a limit.  A daemon: a pipe may never end."""

    def __init__(self, pipe: IO[bytes], limit: int) -> None:
        super().__init__(daemon=True)
        self._pipe = pipe
        self._limit = limit
        self._ended = threading.Event()
        self.output = bytearray()
        self.overflow = False
        self.finished = threading.Event()

    def run(self) -> None:
        with self._pipe:
            while has_more(self._pipe, self._ended) and (
                chunk := self._pipe.read(65536)
            ):
                self.output += chunk
                if len(self.output) > self._limit:
                    self.overflow = True
                    break
            self.finished.set()

    def drain(self) -> None:
        """Wait until all is read that is in the pipe now, although it stays open.

        However long that takes: on a busy machine, this thread may wait for a core
        for seconds, and the end of the output would be lost.
        """
        self._ended.set()
        self.finished.wait(None if os.name == "posix" else _GRACE)


def kill_tree(process: "Process") -> None:
    """Kill a process and all its descendants."""
    import psutil  # takes 20 ms, which runs that end by themselves save

    below = []
    with contextlib.suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children(recursive=True)
    # First, so that it does not notice that its children die.
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
    """Kill detached processes, by their program's home in their environment.

    One with an empty environment is known by its working folder.  Linux only; elsewhere
    a process in its own session outlives its program.
    """
    if sys.platform != "linux":
        return
    home = f"={root}{os.sep}".encode()
    inside = f"{os.path.realpath(root)}{os.sep}"
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            about = Path("/proc", name)
            if home in (about / "environ").read_bytes() or os.readlink(
                about / "cwd"
            ).startswith(inside):
                os.kill(int(name), signal.SIGKILL)


def _lay_out(job: Job, folder: Path, name: str) -> None:
    """Copy the program and its files, so that runs never share a file."""
    (folder / job.inside).mkdir(parents=True, exist_ok=True)
    for file in job.files:
        target = folder / (name or Path(file).relative_to(job.root))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
        if executable := os.stat(file).st_mode & 0o111:  # a session may start it
            target.chmod(target.stat().st_mode | executable)


def _spellings(folder: Path) -> tuple[str, ...]:
    """A folder as given and with links resolved: macOS's /tmp is /private/tmp."""
    return tuple(dict.fromkeys((str(folder), os.path.realpath(folder))))
