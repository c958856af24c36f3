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

from example_output.startup.ahead import AHEAD

HOST = "another-host"
USER = "another-user"
USER_ID = 543_210
GROUP = "another-group"
GROUP_ID = 543_211
MORE_CORES = 3
_SHIFT = 3_000_017  # bytes of memory, so that other objects get other addresses
_kept: list[object] = []


def move(conditions: str) -> None:
    """Change what the names say that are separated by blanks; see :class:`.Job`."""
    if "clock" in conditions.split():
        _move_clock()
        _move_dates()
        _move_stats(_later)
        _move_back_times()
    if "machine" in conditions.split():
        _move_stats(_owned())
        _move_machine()
        _kept.append(bytearray(_SHIFT))


class _BuiltIn:
    """A function in place of one that is written in C.

    It looks like that one, and is no method of a class whose attribute it becomes: many
    a class has a line such as ``converter = time.localtime``.
    """

    __name__: str

    def __init__(self, real: Any, function: Callable[..., Any]) -> None:
        names = "__name__", "__qualname__", "__module__", "__doc__"
        for name in (*names, "__text_signature__"):
            setattr(self, name, getattr(real, name))
        self._real, self._call = real, function

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return types.BuiltinFunctionType  # to isinstance(), and so to inspect

    @property
    def __signature__(self) -> Any:
        import inspect

        return inspect.signature(self._real)

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        return self._call(*arguments, **named)

    def __repr__(self) -> str:
        return f"<built-in function {self.__name__}>"

    def __reduce__(self) -> str:
        return self.__name__  # pickled as what its module has under this name


def _be(own: type, name: str, module: str) -> None:
    """Have a class be called as the one that it replaces, as in error messages."""
    own.__name__ = own.__qualname__ = name
    own.__module__ = module


_be(_BuiltIn, "builtin_function_or_method", "builtins")


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


def _replace_in_os(name: str, function: Callable[..., Any]) -> None:
    """Replace a function of ``os`` alone, since imports use that of ``posix``."""
    real = getattr(os, name)
    moved = _BuiltIn(real, function)
    moved.__module__ = "os"
    setattr(os, name, moved)
    for known in (os.supports_dir_fd, os.supports_fd, os.supports_follow_symlinks):
        if real in known:
            known.add(moved)


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
    own, parent = os.getpid(), os.getppid
    _replace(os, "getppid", lambda: parent() + (os.getpid() == own))  # not in forks
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


# -- Files -----------------------------------------------------------------------------

_TIMES = ("atime", "mtime", "ctime", "birthtime")
_OWNER = 4  # where the owner is in the tuple that a stat_result is; then the group
_FIRST_TIME = 7


def _later(values: list[int], named: dict[str, Any]) -> None:
    """Have a file be changed and read later, by as much as the clock is ahead."""
    for place, name in enumerate(_TIMES, _FIRST_TIME):
        if f"st_{name}_ns" in named:
            named[f"st_{name}_ns"] += AHEAD * 10**9
            seconds, rest = divmod(named[f"st_{name}_ns"], 10**9)
            named[f"st_{name}"] = seconds + 1e-9 * rest  # as Python computes it
            if place < len(values):
                values[place] = seconds
        elif f"st_{name}" in named:  # the birth of a file, on macOS
            named[f"st_{name}"] += AHEAD


def _owned() -> Callable[[list[int], dict[str, Any]], None]:
    """Have the files of this user be those of the other one."""
    others = {}
    if hasattr(os, "getuid"):
        others = {_OWNER: (os.getuid(), USER_ID), _OWNER + 1: (os.getgid(), GROUP_ID)}

    def move(values: list[int], _named: dict[str, Any]) -> None:
        for place, (real, moved) in others.items():
            if values[place] == real:
                values[place] = moved

    return move


def _move_stats(move: Callable[[list[int], dict[str, Any]], None]) -> None:
    """Change what files are said to be."""

    def moved(found: Any) -> Any:
        kind, (values, named) = found.__reduce__()
        values = list(values)
        move(values, named)
        return kind(values, named)

    for name in ("stat", "lstat", "fstat"):
        real = getattr(os, name)
        _replace_in_os(name, lambda *g, _real=real, **named: moved(_real(*g, **named)))
    real_scan = os.scandir
    _replace_in_os(
        "scandir",
        lambda path=None: _Scanned(
            real_scan(path), lambda found: [_Entry(entry, moved) for entry in found]
        ),
    )


def _move_back_times() -> None:
    """Have what a program sets as the time of a file be what it gets from it."""
    real = os.utime

    def utime(path: Any, times: Any = None, **named: Any) -> None:
        numbers = isinstance(times, tuple) and [hasattr(t, "__float__") for t in times]
        if numbers == [True, True] and "ns" not in named:
            # As Python computes it.
            rest = [int((t - t // 1) * 1e9) for t in times]
            whole = zip(times, rest, strict=True)
            named["ns"] = tuple(int(t // 1) * 10**9 + more for t, more in whole)
            times = None
        if times is None and isinstance(named.get("ns"), tuple):
            named["ns"] = tuple(ns - AHEAD * 10**9 for ns in named["ns"])
        real(path, times, **named)

    _replace_in_os("utime", utime)


class _Entry:
    """An entry of a folder that says of its file what ``os.stat()`` does."""

    def __init__(self, entry: Any, moved: Callable[[Any], Any]) -> None:
        self._entry, self._moved = entry, moved

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return os.DirEntry  # to isinstance()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)

    def __fspath__(self) -> Any:
        return self._entry.path

    def __repr__(self) -> str:
        return repr(self._entry)

    def stat(self, **named: Any) -> Any:
        return self._moved(self._entry.stat(**named))


class _Scanned:
    """What ``os.scandir()`` returns, with its entries changed."""

    def __init__(self, entries: Any, change: Callable[[list[Any]], list[Any]]) -> None:
        with entries:
            self._entries = change([*entries])[::-1]

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


_be(_Entry, "DirEntry", os.name)
_be(_Scanned, "ScandirIterator", os.name)


def _move_files() -> None:
    # Each kind of file system has an order of its own, and the runs share one.
    real_list, real_scan = os.listdir, os.scandir
    _replace(os, "listdir", lambda path=None: real_list(path)[::-1])
    _replace(
        os,
        "scandir",
        lambda path=None: _Scanned(real_scan(path), lambda found: found[::-1]),
    )
    pairs = (real_list, os.listdir), (real_scan, os.scandir)
    os.supports_fd |= {moved for real, moved in pairs if real in os.supports_fd}


# -- Users -----------------------------------------------------------------------------


def _move_user() -> None:
    _replace(os, "getlogin", lambda: USER)
    try:
        import grp
        import pwd
    except ImportError:  # on Windows, where the user is in the environment
        return
    user, group = os.getuid(), os.getgid()
    for name in ("getuid", "geteuid"):
        _replace(os, name, lambda: USER_ID)
    for name in ("getgid", "getegid"):
        _replace(os, name, lambda: GROUP_ID)
    real_groups = os.getgroups
    _replace(os, "getresuid", lambda: (USER_ID,) * 3)
    _replace(os, "getresgid", lambda: (GROUP_ID,) * 3)
    _replace(os, "getgroups", lambda: [GROUP_ID + g - group for g in real_groups()])
    home = f"/home/{USER}"
    _move_entries(
        pwd,
        ("getpwuid", "getpwnam", "getpwall"),
        user,
        lambda found: pwd.struct_passwd(
            (USER, found[1], USER_ID, GROUP_ID, USER, home, found[6])
        ),
    )
    _move_entries(
        grp,
        ("getgrgid", "getgrnam", "getgrall"),
        group,
        lambda found: grp.struct_group((GROUP, found[1], GROUP_ID, [])),
    )


def _move_entries(
    module: Any, names: tuple[str, str, str], own: int, change: Callable[[Any], Any]
) -> None:
    """Change the entry of this user, or group, in its database.

    :param names: the functions that find one by its number and by its name, and all.
    :param own: the number of the entry, which is its third part.
    """
    by_number, by_name, every = (getattr(module, name) for name in names)

    def moved(found: Any) -> Any:
        return change(found) if found[2] == own else found

    def with_number(number: Any) -> Any:
        return moved(by_number(own if number in (USER_ID, GROUP_ID) else number))

    def with_name(name: Any) -> Any:
        return moved(by_number(own)) if name in (USER, GROUP) else by_name(name)

    _replace(module, names[0], with_number)
    _replace(module, names[1], with_name)
    _replace(module, names[2], lambda: [moved(found) for found in every()])
