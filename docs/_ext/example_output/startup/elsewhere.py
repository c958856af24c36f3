"""Make a program believe that it runs at another time, on another machine.

What a program prints of either holds on no other day and on no other machine, so it
cannot be recorded.  Programs that this program starts keep the real ones.
"""

import datetime
import functools
import gc
import os
import socket
import sys
import time
import types
import warnings
from collections.abc import Callable
from typing import Any

AHEAD = ((400 * 24 + 11) * 60 + 17) * 60 + 13
"""Seconds by which the clock is ahead: all parts of a date and a time differ."""
HOST = "another-host"
USER = "another-user"
USER_ID = 543_210
MORE_CORES = 3
_SHIFT = 3_000_017  # bytes of memory, so that other objects get other addresses
_kept: list[object] = []


def move(conditions: str) -> None:
    """Change what the names say that are separated by blanks; see :class:`.Job`."""
    if "clock" in conditions.split():
        _move_clock()
        _move_dates()
    if "machine" in conditions.split():
        _move_machine()
        _kept.append(bytearray(_SHIFT))


class _BuiltIn:
    """A function in place of one that is written in C.

    It looks like that one, and is no method of a class whose attribute it becomes: many
    a class has a line such as ``converter = time.localtime``.
    """

    __name__: str

    def __init__(self, real: Any, function: Callable[..., Any]) -> None:
        for name in ("__name__", "__qualname__", "__module__", "__doc__"):
            setattr(self, name, getattr(real, name))
        self._call = function

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._call(*arguments, **named)

    def __repr__(self) -> str:
        return f"<built-in function {self.__name__}>"

    def __reduce__(self) -> str:
        return self.__name__  # pickled as what its module has under this name


def _replace(module: Any, name: str, function: Callable[..., Any]) -> None:
    """Replace a function of a module, if this system has it."""
    real = getattr(module, name, None)
    if isinstance(real, types.BuiltinFunctionType):
        moved = _BuiltIn(real, function)
        setattr(module, name, moved)
        # That of os is from posix, where it is looked up when it is unpickled.
        setattr(sys.modules[real.__module__], name, moved)
    elif real:
        setattr(module, name, functools.wraps(real)(function))


def _move_clock() -> None:
    real, real_ns = time.time, time.time_ns
    _replace(time, "time", lambda *given: real(*given) + AHEAD)
    _replace(time, "time_ns", lambda *given: real_ns(*given) + AHEAD * 10**9)
    for name in ("gmtime", "localtime", "ctime"):
        _default_to_now(name)
    for name in ("asctime", "strftime"):
        _default_to_local_time(name)
    if hasattr(time, "clock_gettime"):
        _move_by_clock("clock_gettime", AHEAD)
        _move_by_clock("clock_gettime_ns", AHEAD * 10**9)


def _move_by_clock(name: str, ahead: int) -> None:
    real = getattr(time, name)
    _replace(
        time, name, lambda clock: real(clock) + ahead * (clock == time.CLOCK_REALTIME)
    )


def _default_to_now(name: str) -> None:
    real = getattr(time, name)

    def moved(*given: Any) -> Any:
        return real(time.time()) if given in ((), (None,)) else real(*given)

    _replace(time, name, moved)


def _default_to_local_time(name: str) -> None:
    real = getattr(time, name)

    def moved(*arguments: Any) -> Any:
        # The time is the last argument.
        given = len(arguments) == (2 if name == "strftime" else 1)
        return real(*arguments) if given else real(*arguments, time.localtime())

    _replace(time, name, moved)


def _move_dates() -> None:
    """Change ``datetime.now()`` and ``utcnow()``; what else there is asks ``time``.

    The class stays, because no other is in its place everywhere: for instances made by
    modules in C, or as a base beside one with a metaclass.  It is written in C and its
    attributes cannot be set, but those in the dictionary of which it shows a view.
    """
    [attributes] = gc.get_referents(datetime.datetime.__dict__)
    real_utcnow = attributes["utcnow"].__get__(None, datetime.datetime)

    def now(cls: Any, tz: Any = None) -> Any:
        return cls.fromtimestamp(time.time(), tz)

    def utcnow(cls: Any) -> Any:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            real_utcnow()
            moved = cls.utcfromtimestamp(time.time())
        for one in caught[:1]:  # the warning about utcnow()
            warnings.warn(one.message, one.category, stacklevel=2)
        return moved

    # The interpreter has not noticed, and may hold what it has looked up there before.
    _kept.extend((attributes["now"], attributes["utcnow"]))
    attributes["now"] = classmethod(now)
    attributes["utcnow"] = classmethod(utcnow)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        if hasattr(sys, "_clear_type_cache"):
            sys._clear_type_cache()


def _move_machine() -> None:
    _replace(socket, "gethostname", lambda: HOST)
    if hasattr(os, "uname"):
        real = os.uname()
        other = (real.sysname, HOST, f"0-{HOST}", f"#0 {HOST}", real.machine)
        _replace(os, "uname", lambda: os.uname_result(other))
    cores = (os.cpu_count() or 1) + MORE_CORES
    _replace(os, "cpu_count", lambda: cores)
    _replace(os, "process_cpu_count", lambda: cores)
    _replace(os, "sched_getaffinity", lambda _pid: set(range(cores)))
    _move_configuration(cores)
    _move_limits()
    _move_files()
    _move_user()


def _move_configuration(cores: int) -> None:
    if hasattr(os, "sysconf"):
        real, names = os.sysconf, ("SC_NPROCESSORS_ONLN", "SC_NPROCESSORS_CONF")
        moved = {*names, *(os.sysconf_names.get(name) for name in names)}
        _replace(os, "sysconf", lambda name, /: cores if name in moved else real(name))


def _move_limits() -> None:
    """Change the priority and the limits of this process, which others inherit."""
    if hasattr(os, "nice"):
        os.nice(1)
    try:
        import resource
    except ImportError:  # on Windows
        return
    for name in ("NOFILE", "STACK", "NPROC", "MEMLOCK", "CORE"):
        if number := getattr(resource, f"RLIMIT_{name}", 0):
            soft, hard = resource.getrlimit(number)
            if soft > 1:
                resource.setrlimit(number, (soft - 1, hard))


class _Reversed:
    """What ``os.scandir()`` returns, with its entries the other way round."""

    def __init__(self, entries: Any) -> None:
        with entries:
            self._entries = [*entries]

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not self._entries:
            raise StopIteration
        return self._entries.pop()

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._entries.clear()


def _move_files() -> None:
    # Each kind of file system has an order of its own, and the runs share one.
    real_list, real_scan = os.listdir, os.scandir
    _replace(os, "listdir", lambda path=None: real_list(path)[::-1])
    _replace(os, "scandir", lambda path=None: _Reversed(real_scan(path)))
    pairs = (real_list, os.listdir), (real_scan, os.scandir)
    os.supports_fd |= {moved for real, moved in pairs if real in os.supports_fd}


def _move_user() -> None:
    _replace(os, "getlogin", lambda: USER)
    try:
        import pwd
    except ImportError:  # on Windows, where the user is in the environment
        return
    real_by_id, real_id = pwd.getpwuid, os.getuid()
    for name in ("getuid", "geteuid"):
        _replace(os, name, lambda: USER_ID)

    def getpwuid(uid: int, /) -> Any:
        if uid not in (real_id, USER_ID):
            return real_by_id(uid)
        found = real_by_id(real_id)
        home = f"/home/{USER}"
        return pwd.struct_passwd(
            (USER, found[1], USER_ID, found[3], USER, home, found[6])
        )

    _replace(pwd, "getpwuid", getpwuid)
