"""Virtual time: a sleep only advances the clock.  Part of :mod:`.observe`."""

import asyncio.base_events
import math
import selectors
import sys
import time
from collections.abc import Callable
from typing import Any

_TICK = 1e-7  # seconds per read of the clock, so that no two timers are equal
_BUSY = 0.1  # seconds of computing that a picture shows


class Clock:
    """The clock of an observed program, which only sleeping advances."""

    waits = False
    """Whether a sleep takes its time."""

    def __init__(self) -> None:
        self.seconds = 0.0
        """Since the start."""
        self._wall = time.time()
        self._real = time.monotonic
        self._behind: float | None = None

    def be_real(self) -> None:
        """From now on, follow the system's clock."""
        if self._behind is None:
            self._behind = self._real() - self.seconds

    def now(self) -> float:
        """Seconds since the start."""
        if self._behind is not None:
            return self._real() - self._behind
        self.seconds += _TICK
        return self.seconds

    def computed(self) -> float:
        """How long the program has computed; in virtual time, that takes no time."""
        return 0

    def rest(self) -> None:
        """What has been computed up to now does not count any more."""

    def wait(self, seconds: float) -> None:
        """Advance the clock by whole milliseconds, as the system's poll would."""
        self.seconds += math.ceil(seconds * 1000) / 1000

    def install(self, slept: Callable[[float], None]) -> None:
        """Make asyncio, and in virtual time the program, use this clock.

        :param slept: called for each ``time.sleep()``, which blocks the thread.
        """
        self._set_clocks()
        real_sleep = time.sleep

        def sleep(seconds: float, /) -> None:
            valid = isinstance(seconds, (int, float)) and seconds >= 0
            if self._behind is not None or not valid:
                real_sleep(seconds)  # raises the usual error for invalid arguments
                return
            slept(seconds)
            if self.waits:
                real_sleep(seconds)
            self.seconds += seconds
            self.rest()

        time.sleep = sleep  # type: ignore[assignment]
        self._set_selector()

    def _set_clocks(self) -> None:
        for name in ("monotonic", "perf_counter"):
            setattr(time, name, self.now)
            setattr(time, f"{name}_ns", lambda: int(self.now() * 1e9))
        time.time = lambda: self._wall + self.now()
        time.time_ns = lambda: int((self._wall + self.now()) * 1e9)

    def _set_selector(self) -> None:
        if sys.platform == "win32":
            from asyncio.windows_events import IocpProactor as Selector
        else:
            Selector = selectors.DefaultSelector  # noqa: N806  # a class
        real_select = Selector.select

        def select(selector: Any, timeout: float | None = None) -> Any:
            if timeout is None or timeout <= 0 or self._behind is not None:
                return real_select(selector, timeout)
            ready = real_select(selector, timeout if self.waits else 0)
            if not ready:
                self.wait(timeout)
            return ready

        Selector.select = select  # type: ignore[method-assign, assignment]


class LiveClock(Clock):
    """The clock of a program that somebody watches, whose waits take their real time.

    Only the clock of the loop is virtual, so events have the same times on every run.
    Computing advances it only if it takes long enough for a watcher to notice.
    """

    waits = True

    def __init__(self) -> None:
        super().__init__()
        self._since = self._real()

    def computed(self) -> float:
        """How long the program has computed, in seconds, if a watcher noticed it."""
        seconds = round(self._real() - self._since, 2)
        return seconds if seconds >= _BUSY and self._behind is None else 0

    def rest(self) -> None:
        """What has been computed up to now does not count any more."""
        self._since = self._real()

    def _set_clocks(self) -> None:
        """The program keeps the system's clocks."""
        loop: Any = asyncio.base_events.BaseEventLoop
        loop.time = lambda _: self.now()
