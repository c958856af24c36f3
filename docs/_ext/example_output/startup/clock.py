"""Virtual time: a sleep only advances the clock.  Part of :mod:`.observe`."""

import math
import selectors
import sys
import time
from collections.abc import Callable
from typing import Any

_TICK = 1e-7  # seconds per read of the clock, so that no two timers are equal


class Clock:
    """The clock of an observed program, which only sleeping advances."""

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

    def wait(self, seconds: float) -> None:
        """Advance the clock by whole milliseconds, as the system's poll would."""
        self.seconds += math.ceil(seconds * 1000) / 1000

    def install(self, slept: Callable[[float], None]) -> None:
        """Make the program and asyncio use this clock.

        :param slept: called for each ``time.sleep()``, which blocks the thread.
        """
        real_sleep = time.sleep
        for name in ("monotonic", "perf_counter"):
            setattr(time, name, self.now)
            setattr(time, f"{name}_ns", lambda: int(self.now() * 1e9))
        time.time = lambda: self._wall + self.now()
        time.time_ns = lambda: int((self._wall + self.now()) * 1e9)

        def sleep(seconds: float, /) -> None:
            valid = isinstance(seconds, (int, float)) and seconds >= 0
            if self._behind is not None or not valid:
                real_sleep(seconds)  # raises the usual error for invalid arguments
            else:
                slept(seconds)
                self.seconds += seconds

        time.sleep = sleep  # type: ignore[assignment]
        self._set_selector()

    def _set_selector(self) -> None:
        if sys.platform == "win32":
            from asyncio.windows_events import IocpProactor as Selector
        else:
            Selector = selectors.DefaultSelector  # noqa: N806  # a class
        real_select = Selector.select

        def select(selector: Any, timeout: float | None = None) -> Any:
            if timeout is None or timeout <= 0 or self._behind is not None:
                return real_select(selector, timeout)
            ready = real_select(selector, 0)
            if not ready:
                self.wait(timeout)
            return ready

        Selector.select = select  # type: ignore[method-assign, assignment]
