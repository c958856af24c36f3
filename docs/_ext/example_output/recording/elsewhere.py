"""Say what in an output belongs to one day or one machine and cannot be recorded."""

import calendar
import contextlib
import getpass
import mmap
import os
import platform
import re
import shutil
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil

from example_output.example import Example
from example_output.gate import Gate

_WORD = r"(?<![\w.-]){}(?![\w-]|\.\d)"
_PART = r"(?<![A-Za-z0-9]){}(?![A-Za-z0-9])"  # as in linux-x86_64
_VERSION = _WORD.replace("{}", "v?{}")
_TUPLE = r"\({}(?:\)|, ')"  # the whole of it has 'final' as its fourth part
_HEXADECIMAL = r"(?i)\b(?:0x)?{}\b"
_LIBRARY = r"(?<![\d.]){}(?![\d.])"  # as in glibc2.36
_NUMBER = r"(?<!\d){}(?!\d)"
_ALONE = r"(?m)^{}$"
_NAME = r"(?<![\w.:/-]){}(?![\w.:/-])"  # but not as in WARNING:root:text
_WITH_UNIT = r"(?<![\d.]){}(?= ?[MGmg])"
# Also other interpreters: they are not told that they run elsewhere.
_STARTS = re.compile(
    rb"subprocess|popen|os\.(?:system|exec|spawn|posix_spawn)|pty\.spawn"
    rb"|multiprocessing|ProcessPool|InterpreterPool"
    rb"|(?:concurrent\.|import )interpreters|_(?:xx)?(?:sub)?interpreters"
)
_ASKS_SIZES = re.compile(rb"psutil|disk_usage|statvfs|SC_(?:AV)?PHYS_|meminfo")
_ASKS_CARDS = re.compile(rb"if_name|net_if|class/net")
_YEAR = re.compile(rb"\b(?:19|20)\d\d\b")
_NAMES: dict[str, list[str]] = {
    "%Y": [],
    "%b": list(calendar.month_abbr),
    "%B": list(calendar.month_name),
    "%a": list(calendar.day_abbr),
    "%A": list(calendar.day_name),
}
_KNOWN_NODE = 1 << 32  # a number of a network card is larger than those that others use


def find_local(gate: Gate, example: Example, output: str) -> tuple[str, str] | None:
    """The first line of an output that names this machine or day, and what it names.

    What the program itself contains is no text of this machine, and a program that
    contains a year may print any date.
    """
    own = b"\n".join(path.read_bytes() for path in example.files)
    versions = _versions(gate, asks=b"version" in own)
    sizes = _sizes(asks=bool(_ASKS_SIZES.search(own)))
    texts = [*_places(gate), *versions, *_libraries(own), *_machine(), *sizes]
    if b"ipaddress" not in own:  # a program that has it may compute any
        texts += _addresses()
    if _ASKS_CARDS.search(own):
        texts += _cards()
    starts = bool(_STARTS.search(own))
    if not _YEAR.search(own):
        texts += _today(output, starts=starts)
    if starts:
        texts += _user()
    for text, what, form in texts:
        if text.encode() in own:
            continue
        if found := re.search(form.format(re.escape(text)), output):
            return _line_around(output, found.start()), what
    return None


def _line_around(text: str, place: int) -> str:
    # Not by a pattern: on one long line, that tries each pair of places.
    end = text.find("\n", place)
    return text[text.rfind("\n", 0, place) + 1 : end if end >= 0 else len(text)]


# Runs cannot tell these: they are the same for all that one machine makes on one day.


def _places(gate: Gate) -> Iterator[tuple[str, str, str]]:
    """Yield texts that name folders, what each of them is, and how it is found."""
    home = os.path.expanduser("~")  # "~" where there is none
    for path, what in (
        (str(gate.settings.base), "the folder of this project"),
        (str(gate.settings.folder), "the folder of this project"),
        (os.getcwd(), "the folder of this project"),
        (home, "the home folder of this machine's user"),
        (sys.prefix, "the folder of this machine's Python"),
        (sys.base_prefix, "the folder of this machine's Python"),
    ):
        # /usr is on every machine.
        if path.count(os.sep) > 1 or path == home not in (os.sep, "~"):
            yield path, what, _WORD


def _versions(gate: Gate, *, asks: bool) -> Iterator[tuple[str, str, str]]:
    """The same for the patch release of Python.

    :param asks: whether the program may ask for it; in the outputs of others, a tuple
        of three numbers may be anything.
    """
    what = "the patch release of Python"
    yield str(gate.version), what, _VERSION
    yield f"micro={gate.version.micro}", what, _WORD
    if asks:
        numbers = gate.version.release
        yield ", ".join(map(str, numbers)), what, _TUPLE
        yield ", ".join(f"'{number}'" for number in numbers), what, _TUPLE
    stage, number = gate.version.pre or ("final", 0)
    level = {"a": 0xA0, "b": 0xB0, "rc": 0xC0}.get(stage, 0xF0) + number
    hexadecimal = "{:x}{:02x}{:02x}{:02x}".format(*gate.version.release, level)
    yield str(int(hexadecimal, 16)), what, _WORD  # sys.hexversion
    yield hexadecimal, what, _HEXADECIMAL


def _libraries(own: bytes) -> Iterator[tuple[str, str, str]]:
    """The same for how this Python was built, and for libraries in C that it uses.

    :param own: the program; in the outputs of others, such a version may be anything.
    """
    yield platform.python_compiler(), "the compiler of this machine's Python", _WORD
    yield platform.python_build()[1], "the build of this machine's Python", _WORD
    what = "the version of a library of this machine"
    if b"ssl" in own:
        import ssl

        yield ssl.OPENSSL_VERSION.split()[1], what, _VERSION
        yield str(ssl.OPENSSL_VERSION_NUMBER), what, _WORD
        yield f"{ssl.OPENSSL_VERSION_NUMBER:x}", what, _HEXADECIMAL
    if b"sqlite" in own:
        import sqlite3

        yield sqlite3.sqlite_version, what, _VERSION
        yield ", ".join(sqlite3.sqlite_version.split(".")), what, _TUPLE
    if b"zlib" in own:
        import zlib

        yield zlib.ZLIB_RUNTIME_VERSION, what, _VERSION
    if b"libc" in own.lower() and (version := platform.libc_ver()[1]):
        yield version, what, _LIBRARY
    if re.search(rb"os[-_]release", own):
        with contextlib.suppress(OSError):  # on Linux
            about = platform.freedesktop_os_release()
            for name in ("PRETTY_NAME", "VERSION", "VERSION_ID", "VERSION_CODENAME"):
                if text := about.get(name):
                    yield text, "the release of this machine's system", _WORD


def _machine() -> Iterator[tuple[str, str, str]]:
    """The same for this machine.

    Not the numbers of its cores and of its user, which are found in any output.
    """
    if platform.node() not in ("", "localhost"):
        yield platform.node(), "the name of this machine", _WORD
    if platform.machine():
        yield platform.machine(), "the kind of processor of this machine", _PART
    if "-" in platform.release():  # as on Linux; elsewhere it is a plain number
        yield platform.release(), "the release of this machine's system", _WORD
    for path in ("/proc/sys/kernel/random/boot_id", "/etc/machine-id"):  # on Linux
        with contextlib.suppress(OSError):
            yield Path(path).read_text().strip(), "the identity of this machine", _WORD
    node = uuid.getnode()
    # One that was made up is another in each process, so the runs have differed.
    if node > _KNOWN_NODE:
        digits = f"{node:012x}"
        spelled = ":".join(re.findall("..", digits))
        for text in (str(node), hex(node), digits, spelled):
            yield text, "the number of this machine's network card", _WORD


def _sizes(*, asks: bool) -> Iterator[tuple[str, str, str]]:
    """The same for the sizes of this machine.

    :param asks: whether the program may ask for them; it may round them then.
    """
    for size, what in (
        (psutil.virtual_memory().total, "how much memory this machine has"),
        (shutil.disk_usage("/").total, "the size of this machine's disk"),
    ):
        for number in (size, size // 1024):
            yield str(number), what, _WORD
        if asks:
            for started in (psutil.boot_time(), int(psutil.boot_time())):
                yield str(started), "when this machine was started", _WORD
            yield str(size // mmap.PAGESIZE), what, _WORD
            for part in (size / unit for unit in (1 << 20, 10**6, 1 << 30, 10**9)):
                for text in (f"{part:.0f}", str(int(part)), str(int(part) + 1)):
                    yield text, what, _WITH_UNIT
                for text in (f"{part:.1f}", f"{part:.2f}", str(part)):
                    yield text, what, _LIBRARY


def _cards() -> Iterator[tuple[str, str, str]]:
    """The same for the names of its network cards, except that of every machine."""
    for name in sorted(psutil.net_if_addrs().keys() - {"lo", "lo0"}):
        yield name, "the name of this machine's network card", _WORD


def _user() -> Iterator[tuple[str, str, str]]:
    """The same for the user, whom programs know that a program starts: ``whoami``."""
    with contextlib.suppress(OSError, ImportError, KeyError):  # a user without a name
        yield getpass.getuser(), "the name of the user", _NAME


def _addresses() -> Iterator[tuple[str, str, str]]:
    """The same for the addresses of this machine in its networks."""
    for address in (one for found in psutil.net_if_addrs().values() for one in found):
        host = address.address.partition("%")[0]
        if not re.fullmatch(r"127\..*|::1?|(?:00[:-]){5}00", host):
            yield host, "an address of this machine", _WORD


def _today(output: str, *, starts: bool) -> Iterator[tuple[str, str, str]]:
    """The same for today, in UTC as for programs.

    SQLite and other code in C asks the clock of the system, and so do files.

    :param output: what the program prints: a list of all months has today's, too.
    :param starts: whether the program may start others, such as ``date +%B``: they ask
        that clock as well.
    """
    today = datetime.now(UTC)
    # As "ls -l" and time.ctime() have it.
    yield f"{today:%b} {today.day:2}", "the date of today", _WORD
    # As in ISO 8601 and in other countries, also in the names of files.
    for form in ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%d %b %Y"):
        yield f"{today:{form}}", "the date of today", _NUMBER
    for text in (f"{today:%B} {today.day}", f"{today.day} {today:%B}"):
        yield text, "the date of today", _NUMBER
    for form, names in _NAMES.items() if starts else ():
        text = f"{today:{form}}"
        if not names or not all(name in output for name in names):
            # May is another word, too.
            yield text, "the date of today", _WORD if len(text) > 4 else _ALONE
