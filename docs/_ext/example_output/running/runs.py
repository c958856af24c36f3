"""The handle on the process that runs examples, and how that is started.

No thread runs in the process that asks, since Sphinx forks; and closing the handle (or
dying) ends everything that was started.

It imports next to nothing, so that the process can be starting while the one that asks
for it still finds out what there is to run.
"""

import contextlib
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any, Self

from example_output.running.job import Job
from example_output.running.process import SYSTEM, opened
from example_output.transcript import Transcript


class RunnerError(RuntimeError):
    """The child process cannot make the runs it was asked for, and why."""


class Runs:
    """Runs under way in a child process.  A context manager: leaving it ends them all.

    :param jobs: what to run.
    :param at_once: how many may run at the same time.
    :param load: keep every core busy meanwhile, as a slow machine would be.
    :param scheduler: the address of a Dask scheduler to run them on; see
        :mod:`.running.cluster`.
    :param process: one that :func:`start` gave, which is ended if there is nothing to
        run; without it, one is started with its defaults.
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
            # It may not have started yet: it runs at low priority.
            process.kill()
            self.close()

    def _start(self, **options: Any) -> None:
        self._process = self._process or start()
        if options["scheduler"]:
            from example_output.running.interpreter import this_interpreter

            options["identity"] = this_interpreter().identity
            options["variables"] = dict(os.environ)
        order = {
            **options,
            "jobs": [asdict(job) for job in self._waiting.values()],
        }
        pipe = opened(self._process.stdin)
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
            readable, _, _ = select.select([opened(self._process.stdout)], [], [], 0)
            if not readable or not self._receive():
                return False
        return True

    def _receive(self) -> bool:
        """Read on, waiting if need be; false at the end."""
        if self._process is None:
            raise RunnerError("the runs were ended before they were done")
        chunk = os.read(opened(self._process.stdout).fileno(), 65536)
        self._buffer += chunk
        return bool(chunk)

    def close(self) -> None:
        """End whatever still runs, and wait until it has ended."""
        if self._process is None:
            return
        process, self._process = self._process, None
        with contextlib.suppress(OSError):
            opened(
                process.stdin
            ).close()  # the end of its input tells the child to stop
        opened(process.stdout).close()
        process.wait()


# How paths are encoded, and where temporary folders are made.
_OWN = ("LC_ALL", "LC_CTYPE", "LANG", "TMPDIR", "TEMP", "TMP")


def environment() -> dict[str, str]:
    """The whole environment of a process that examples run in or below.

    An allow-list: a program can read the environment of the process that started it,
    and the build's own may hold tokens and passwords.
    """
    return {name: os.environ[name] for name in SYSTEM + _OWN if name in os.environ}


def start(*, polite: bool = False, fork: bool = False) -> "subprocess.Popen[bytes]":
    """Start the process; it waits for an order on its standard input.

    :param polite: take only the time that whoever asked leaves, who has other work.
    :param fork: start what forks programs before the order asks for it.
    """
    # Without site, for speed; the path is handed on, so that the child finds this very
    # package whatever made it importable here.
    code = f"import sys; sys.path[:] = {sys.path!r}; "
    code += (
        f"from example_output.running.child import main; "
        f"main(polite={polite}, fork={fork})"
    )
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
        # No terminal: a program could read from it.  One session for all programs, a
        # group of its own for each: Linux may share the cores out among sessions, and
        # a session for each would crowd out whoever asked.
        start_new_session=True,
    )
