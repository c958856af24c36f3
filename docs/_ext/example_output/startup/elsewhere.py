"""Make a program believe that it runs at another time, on another machine.

What a program prints of either holds on no other day and on no other machine, so it
cannot be recorded.  Programs that this program starts keep the real ones.
"""

import datetime
import os
import socket
import sys
import time
import warnings
from typing import Any

AHEAD = ((400 * 24 + 11) * 60 + 17) * 60 + 13
"""Seconds by which the clock is ahead: all parts of a date and a time differ."""
HOST = "another-host"
USER = "another-user"
MORE_CORES = 3
_SHIFT = 3_000_017  # bytes of memory, so that other objects get other addresses
_kept: list[bytearray] = []


def move(conditions: str) -> None:
    """Change what the names say that are separated by blanks; see :class:`.Job`."""
    if "clock" in conditions.split():
        _move_clock()
        _move_dates()
    if "machine" in conditions.split():
        _move_machine()
        _kept.append(bytearray(_SHIFT))


def _move_clock() -> None:
    real = time.time
    real_ns = time.time_ns
    time.time = lambda: real() + AHEAD
    time.time_ns = lambda: real_ns() + AHEAD * 10**9
    for name in ("gmtime", "localtime", "ctime"):
        _default_to_now(name)
    for name in ("asctime", "strftime"):
        _default_to_local_time(name)
    if hasattr(time, "clock_gettime"):
        real_clock, real_clock_ns = time.clock_gettime, time.clock_gettime_ns
        moved = time.CLOCK_REALTIME
        time.clock_gettime = lambda clock: real_clock(clock) + AHEAD * (clock == moved)
        time.clock_gettime_ns = lambda clock: (
            real_clock_ns(clock) + AHEAD * 10**9 * (clock == moved)
        )


def _default_to_now(name: str) -> None:
    real = getattr(time, name)

    def moved(seconds: float | None = None, /) -> Any:
        return real(time.time() if seconds is None else seconds)

    setattr(time, name, moved)


def _default_to_local_time(name: str) -> None:
    real = getattr(time, name)

    def moved(*arguments: Any) -> Any:
        # The time is the last argument.
        given = len(arguments) == (2 if name == "strftime" else 1)
        return real(*arguments) if given else real(*arguments, time.localtime())

    setattr(time, name, moved)


class _Moved(type):
    """The type of a class that stands in for a class written in C."""

    real: type

    def __instancecheck__(cls, instance: object) -> bool:
        real = cls.__dict__.get("real")
        return (
            isinstance(instance, real) if real else super().__instancecheck__(instance)
        )

    def __subclasscheck__(cls, subclass: type) -> bool:
        real = cls.__dict__.get("real")
        return (
            issubclass(subclass, real) if real else super().__subclasscheck__(subclass)
        )


def _move_dates() -> None:
    # First the other class, which is derived from the real date.
    moved_datetime = _moved_datetime(datetime.datetime)
    datetime.date = _moved_date(datetime.date)  # type: ignore[misc]
    datetime.datetime = moved_datetime  # type: ignore[misc]


def _moved_date(original: Any) -> Any:
    class Date(original, metaclass=_Moved):  # type: ignore[misc]
        real = original

        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(time.time())

        def __repr__(self) -> str:
            return _named(self, Date, original)

    return _renamed(Date, original)


def _moved_datetime(original: Any) -> Any:
    class DateTime(original, metaclass=_Moved):  # type: ignore[misc]
        real = original

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.fromtimestamp(time.time(), tz)

        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(time.time())

        @classmethod
        def utcnow(cls) -> Any:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                original.utcnow()
                now = cls.utcfromtimestamp(time.time())
            for one in caught[:1]:  # the warning about utcnow()
                warnings.warn(one.message, one.category, stacklevel=2)
            return now

        def __repr__(self) -> str:
            return _named(self, DateTime, original)

    return _renamed(DateTime, original)


def _renamed(moved: Any, original: Any) -> Any:
    for name in ("__name__", "__qualname__", "__module__"):
        setattr(moved, name, getattr(original, name))
    return moved


def _named(instance: Any, moved: type, real: Any) -> str:
    """What the class written in C would return: it names its module, too."""
    text: str = real.__repr__(instance)
    return f"datetime.{text}" if type(instance) is moved else text


def _move_machine() -> None:
    socket.gethostname = lambda: HOST
    sys.modules["_socket"].gethostname = socket.gethostname  # type: ignore[attr-defined]
    if hasattr(os, "uname"):
        real = os.uname()
        other = (real.sysname, HOST, f"0-{HOST}", f"#0 {HOST}", real.machine)
        os.uname = lambda: os.uname_result(other)
    cores = (os.cpu_count() or 1) + MORE_CORES
    os.cpu_count = lambda: cores
    if hasattr(os, "process_cpu_count"):
        os.process_cpu_count = lambda: cores
    if hasattr(os, "sched_getaffinity"):
        os.sched_getaffinity = lambda _pid: set(range(cores))
    _move_user()


def _move_user() -> None:
    os.getlogin = lambda: USER
    try:
        import pwd
    except ImportError:  # on Windows, where the user is in the environment
        return
    real_by_id = pwd.getpwuid

    def getpwuid(uid: int, /) -> Any:
        found = real_by_id(uid)
        if uid != os.getuid():
            return found
        # Its name, and after the numbers its full name and home.
        return pwd.struct_passwd((USER, *found[1:4], USER, f"/home/{USER}", found[6]))

    pwd.getpwuid = getpwuid
