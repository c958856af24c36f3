"""Say why an example is not recorded: at which line, what the cause is, and the cure.

Where nothing tells which line printed a text, the line counts that asks for what such a
text shows: ``os.cpu_count()``, where a number of cores is printed.
"""

import os
import re
from collections.abc import Collection
from typing import NamedTuple

from example_output.example import Example
from example_output.gate import Gate
from example_output.recording.elsewhere import find_local
from example_output.running.blame import blame
from example_output.settings import Settings
from example_output.startup.elsewhere import (
    GROUP,
    GROUP_ID,
    HOST,
    MORE_CORES,
    USER,
    USER_ID,
)
from example_output.transcript import diff, first_difference, quote

CONDITIONS = {
    "clock": "a clock that is more than a year ahead",
    "machine": "another host name, user, number of cores, priority, limits and order "
    "of files",
    "place": "another folder, home and temporary folder, with longer names",
}
"""What a run has, by the names of :data:`.running.job.ELSEWHERE`."""


class _Cause(NamedTuple):
    sign: str
    """A regular expression for what another machine or folder prints."""
    words: str
    names: str
    """What a program asks for it, in Python's names."""


_DATE = _Cause(
    "",
    "it prints a date or a time of day",
    "now today utcnow time time_ns ctime asctime localtime gmtime strftime tzname"
    " st_mtime st_ctime st_atime getmtime getctime getatime astimezone",
)
_CAUSES = (
    _Cause(
        HOST,
        "it prints the name of this machine, or of its system",
        "gethostname getfqdn node uname platform nodename",
    ),
    _Cause(
        USER,
        "it prints the name of the user",
        "getuser getlogin getpwuid pw_name owner environ getenv expanduser home",
    ),
    _Cause(
        rf"\b{USER_ID}\b",
        "it prints the number of the user",
        "getuid geteuid getresuid st_uid pw_uid",
    ),
    _Cause(
        GROUP,
        "it prints the name of the user's group",
        "getgrgid gr_name group",
    ),
    _Cause(
        rf"\b{GROUP_ID}\b",
        "it prints the number of the user's group",
        "getgid getegid getgroups st_gid gr_gid pw_gid",
    ),
    _Cause(
        "another-(home|folder)",
        "it prints the name of its folder",
        "getcwd getcwdb cwd abspath realpath absolute resolve __file__ home expanduser"
        " gettempdir mkdtemp mkstemp TemporaryDirectory NamedTemporaryFile environ"
        " getenv argv path",
    ),
    _Cause(
        rf"\b{(os.cpu_count() or 1) + MORE_CORES}\b",
        "it prints the number of cores",
        "cpu_count process_cpu_count sched_getaffinity",
    ),
)
_OTHER = _Cause(
    "",
    "its output depends on the machine or on the folder",
    "listdir scandir iterdir glob rglob iglob walk nice getpriority getrlimit"
    " get_terminal_size getpid getppid stat st_ino st_dev",
)
_CHANCE = (
    "random randint randrange choice choices shuffle sample uniform gauss urandom"
    " uuid1 uuid4 token_hex token_bytes token_urlsafe randbits getrandbits getpid"
    " get_ident get_native_id native_id hash id set frozenset perf_counter"
    " perf_counter_ns monotonic monotonic_ns process_time thread_time time time_ns"
)
_SYSTEM = (
    "version version_info hexversion python_version python_build python_compiler"
    " machine processor release mac_ver libc_ver OPENSSL_VERSION sqlite_version prefix"
    " executable getnode virtual_memory disk_usage statvfs sysconf net_if_addrs"
    " getaddrinfo gethostbyname getsockname run check_output Popen getoutput system"
)


def why_local(gate: Gate, example: Example, output: str) -> str:
    """The message about an output that names this machine or day; or nothing.

    :param output: what it prints, and the texts of the files that it makes.
    """
    if not (found := find_local(gate, example, output)):
        return ""
    line, what = found
    shown = f"$ {example.command}\n{output}"
    before = shown[: shown.find(f"\n{line}") + 1]
    names = " ".join([_DATE.names, _OTHER.names, _SYSTEM, *(c.names for c in _CAUSES)])
    return (
        f"{_place(gate, example, before, shown, names)}: it prints {what}, so it "
        "cannot be recorded: on another machine or day it prints something else\n"
        f"{quote([line])}\n"
        "Print something that is the same everywhere and on every day"
    )


def why_unstable(gate: Gate, example: Example, one: str, other: str) -> str:
    """The message about two runs under the same conditions that differ."""
    return (
        f"{_place(gate, example, other, one, _CHANCE)}: its runs disagree, so it "
        "cannot be recorded (they vary hash seed, garbage collection and load)\n"
        f"{diff(one, other, 'one run', 'another run')}"
        "Make its order and timing deterministic (events, sorted(), wider margins), "
        "seed what is random, or declare what may differ: "
        'order = "varies" for the order of lines, masks for parts of them'
    )


def why_different(
    gate: Gate, example: Example, one: str, other: str, conditions: Collection[str]
) -> str:
    """The message about a run elsewhere, or at another time, that differs.

    :param one: what an ordinary run has printed.
    :param other: what that run has printed.
    :param conditions: those of that run.
    """
    number = first_difference(one, other)
    line = other.split("\n")[number - 1] if number <= other.count("\n") else ""
    signs = (cause for cause in _CAUSES if re.search(cause.sign, line))
    cause = _DATE if "clock" in conditions else next(signs, _OTHER)
    how = " and ".join(CONDITIONS[name] for name in conditions)
    return (
        f"{_place(gate, example, other, one, cause.names)}: {cause.words}, so it "
        f"cannot be recorded: a run with {how} differs\n"
        f"{diff(one, other, 'one run', 'that run')}"
        "Print something that is the same everywhere and on every day; if it prints "
        "nothing of the kind, its order or timing is not certain"
    )


def failed_at(settings: Settings, example: Example, shown: str) -> str:
    """The line at which an example has failed, as ``file:line``.

    :param shown: what it has printed, as its recording would have it.
    """
    before, _, _ = shown.partition("\n[exit status")
    return blame(settings, example, before, shown)


def _place(gate: Gate, example: Example, other: str, one: str, names: str) -> str:
    return blame(gate.settings, example, other, one, names=frozenset(names.split()))
