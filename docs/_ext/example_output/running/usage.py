"""What a running program does with its time: computes, waits for a core, or sleeps.

On Linux this is in ``/proc`` (``stat`` and ``schedstat`` in proc(5)).  Elsewhere it is
estimated from the CPU time that :mod:`psutil` reports.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

_EXACT = sys.platform == "linux"
_BRIEF = 0.05  # seconds; CPU times are too coarse to compare within less
_COMPUTING = ("R", "D")  # states of a thread: on a core or waiting for one, or for disk


class Usage:
    """The time of one running program, from now on.

    psutil is imported late: it takes 20 ms, which most runs save.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._looked = time.monotonic()
        self._cpu = 0.0
        self._was_computing = True  # it is starting

    def is_computing(self) -> bool:
        """Whether one of its threads uses a core, or waits for one."""
        if _EXACT:
            return any(state in _COMPUTING for state in self._states())
        now = time.monotonic()
        if now - self._looked > _BRIEF:
            used = self._seconds()
            self._was_computing = used > self._cpu
            self._looked, self._cpu = now, used
        return self._was_computing

    def held_up(self, elapsed: float) -> float:
        """Seconds for which it was ready to run, but waited for a core.

        The longest wait among its threads, and those of its descendants.  Where the
        system does not tell, all the time that a computing program has not computed.

        :param elapsed: seconds since its start.
        """
        if _EXACT:
            return max(self._waits(), default=0.0)
        return max(elapsed - self._seconds(), 0.0) if self.is_computing() else 0.0

    def _states(self) -> list[str]:
        """The states of its threads."""
        found = []
        for text in _of_threads(self._pid, "stat"):
            with contextlib.suppress(IndexError):
                # The name of the thread, in parentheses, may contain anything.
                found.append(text.rpartition(")")[2].split()[0])
        return found

    def _waits(self) -> list[float]:
        """The seconds for which each thread, also of its descendants, waited."""
        found = []
        for pid in (self._pid, *self._below()):
            for text in _of_threads(pid, "schedstat"):
                with contextlib.suppress(IndexError, ValueError):
                    found.append(int(text.split()[1]) / 1e9)
        return found

    def _below(self) -> list[int]:
        import psutil

        with contextlib.suppress(psutil.Error):
            below = psutil.Process(self._pid).children(recursive=True)
            return [process.pid for process in below]
        return []

    def _seconds(self) -> float:
        """The CPU time that it has used, with its descendants."""
        import psutil

        total = 0.0
        for pid in (self._pid, *self._below()):
            with contextlib.suppress(psutil.Error):
                total += sum(psutil.Process(pid).cpu_times()[:2])
        return total


def _of_threads(pid: int, name: str) -> Iterator[str]:
    """Yield what a file of ``/proc`` says of each thread; nothing once it has ended."""
    with contextlib.suppress(OSError), os.scandir(f"/proc/{pid}/task") as threads:
        for thread in threads:
            with contextlib.suppress(OSError):
                yield Path(thread.path, name).read_text("utf-8", "replace")
