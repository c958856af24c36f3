"""Start the child process that runs examples, and get its results.

No thread runs in the parent, because Sphinx forks.  When the parent closes the handle,
or dies, everything that was started ends.
"""

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Self

from example_output.running.job import Job
from example_output.running.masking import LIMIT, interrupted
from example_output.running.start import opened, start
from example_output.transcript import Transcript

_PATIENCE = 1.0  # seconds without news, after which the child may have been stopped
_GRACE = 1.0  # seconds in which the child may tidy up and end
_NAMED = 5  # missing results that are named


class RunnerError(RuntimeError):
    """The child process cannot make the runs; the message says why."""


class Runs:
    """The runs in a child process.  A context manager: leaving it ends them all.

    :param jobs: what to run.
    :param at_once: how many may run at the same time.
    :param load: keep every core busy meanwhile, to simulate a slow machine.
    :param scheduler: the address of a Dask scheduler to run them on; see
        :mod:`.running.cluster`.
    :param process: a process from :func:`.running.start.start`, which is ended if there
        is nothing to run; by default, one is started.
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
        self.folder: Path | None = None
        if self._waiting:
            try:
                self._start(at_once=at_once, load=load, scheduler=scheduler)
            except BaseException:
                # Nobody else can: an interrupt, too, comes before there is an object.
                self.close()
                raise
        elif process:
            # It may not have started yet: it runs at low priority.
            process.kill()
            self.close()

    def _start(self, **options: Any) -> None:
        try:
            # Known before it is there: an interrupt may come while it is made.
            self.folder = _unused_path()
            self.folder.mkdir(0o700)
        except OSError as error:
            self.folder = None  # it may be another's
            raise RunnerError(f"no folder for the runs can be made: {error}") from None
        self._process = self._process or start()
        if options["scheduler"]:
            from example_output.running.interpreter import this_interpreter

            options["identity"] = this_interpreter().identity
            options["variables"] = dict(os.environ)
        order = {
            **options,
            "folder": str(self.folder),
            "jobs": [asdict(job) for job in self._waiting.values()],
        }
        pipe = opened(self._process.stdin)
        pipe.write(json.dumps(order).encode() + b"\n")
        pipe.flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pending(self) -> int:
        """How many results have not been taken yet."""
        return len(self._waiting)

    def results(self) -> Iterator[tuple[str, Transcript]]:
        """Yield each job's key and transcript, as they arrive.

        :raises RunnerError: if the child process breaks down.
        """
        while self._waiting:
            yield self._next()

    def ready(self) -> Iterator[tuple[str, Transcript]]:
        """Yield the results that have already arrived, without waiting.

        Yields nothing on Windows, where pipes cannot be polled.
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
                raise RunnerError(_why_broken(self))
        line, _, self._buffer = self._buffer.partition(b"\n")
        message = json.loads(line)
        if "failed" in message:
            self.close()
            raise RunnerError(message["failed"])
        key = message.pop("key")
        del self._waiting[key]
        self._done[key] = Transcript(**message)
        # After the last one the child tidies up and ends, for which nobody waits yet.
        return key, self._done[key]

    def _has_line(self) -> bool:
        while b"\n" not in self._buffer:
            if self._process is None or sys.platform == "win32":
                return False
            readable, _, _ = select.select([opened(self._process.stdout)], [], [], 0)
            if not readable or not self._receive():
                return False
        return True

    def _receive(self) -> bool:
        """Read more, waiting if necessary; ``False`` at the end."""
        if self._process is None:
            raise RunnerError("the runs were ended before they were done")
        pipe = opened(self._process.stdout)
        if sys.platform != "win32":
            while not select.select([pipe], [], [], _PATIENCE)[0]:
                _wake(self._process)
        chunk = os.read(pipe.fileno(), 65536)
        self._buffer += chunk
        return bool(chunk)

    @property
    def missing(self) -> list[str]:
        """The names of the programs whose results have not been taken yet."""
        return [job.name for job in self._waiting.values()]

    def close(self) -> int:
        """End all runs, and wait until they have ended.

        Returns the exit status of the child process, or 0 if it has been closed before.
        """
        process, self._process = self._process, None
        if process:
            with contextlib.suppress(OSError):
                # The end of its input makes the child stop.
                opened(process.stdin).close()
            opened(process.stdout).close()
            _end(process)
        folder, self.folder = self.folder, None
        if folder and folder.exists():
            # It was killed, and left behind what it had started; or it got no order.
            from example_output.running.process import Processes  # rarely needed

            Processes(folder).clean_up()
        return process.returncode if process else 0


def _unused_path() -> Path:
    """The path of a temporary folder that is not there yet."""
    place = os.path.abspath(tempfile.gettempdir())
    return Path(place, f"example-{os.urandom(4).hex()}")


def _why_broken(runs: Runs) -> str:
    """Why a child process has ended before its runs; tidies up after it."""
    name = interrupted(runs.folder) if runs.folder else ""
    status = runs.close()
    if name:
        return (
            f"{name}: its masks take more than {LIMIT} s, because there are too many "
            "ways to find one, as with (a+)+: simplify it"
        )
    # Whom nobody asks to end has run out of memory, as far as one can know.
    killed = status == -9  # SIGKILL
    how = "was killed, perhaps because memory ran out" if killed else "has ended"
    more = " …" if len(runs.missing) > _NAMED else ""
    return (
        f"the process that runs the examples {how}, and {len(runs.missing)} of "
        f"{runs.count} results are missing: {', '.join(runs.missing[:_NAMED])}{more}"
    )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process has ended, and kill it if it does not.

    A program may have stopped it; and on a busy machine it gets a core so rarely, at
    its low priority, that whoever has pressed Ctrl+C would wait for many seconds.
    """
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        from example_output.running.process import kill_tree  # rarely needed

        kill_tree(process)
        process.wait()


def _wake(process: "subprocess.Popen[bytes]") -> None:
    """Let a process go on, in case that a program has stopped it."""
    if sys.platform != "win32":
        process.send_signal(signal.SIGCONT)  # others do not notice


class Batches:
    """Several :class:`Runs`, as one."""

    def __init__(self) -> None:
        self._all: list[Runs] = []

    def add(self, runs: Runs) -> None:
        """Add runs that have been started."""
        self._all.append(runs)

    @property
    def count(self) -> int:
        """How many runs there are."""
        return sum(runs.count for runs in self._all)

    @property
    def pending(self) -> int:
        """How many results have not been taken yet."""
        return sum(runs.pending for runs in self._all)

    def results(self) -> Iterator[tuple[str, Transcript]]:
        """As :meth:`Runs.results`."""
        for runs in self._all:
            yield from runs.results()

    def ready(self) -> Iterator[tuple[str, Transcript]]:
        """As :meth:`Runs.ready`."""
        for runs in self._all:
            yield from runs.ready()

    def close(self) -> None:
        """End all runs."""
        for runs in self._all:
            runs.close()
