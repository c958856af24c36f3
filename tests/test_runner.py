"""The runner: output, environment and end of runs, with hostile programs."""

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import psutil
import pytest

from conftest import slow, wait_until
from example_output.files import remove_folder
from example_output.running import child, usage
from example_output.running import process as processes
from example_output.running.interpreter import Interpreter, ask_interpreter
from example_output.running.job import CAN_FORK, ELSEWHERE, Job
from example_output.running.runs import RunnerError, Runs
from example_output.running.start import start
from example_output.running.usage import Usage
from example_output.startup.ahead import seconds_ahead
from example_output.transcript import Transcript

Run = Callable[..., Transcript]

LINUX = sys.platform == "linux"
ON_LINUX = pytest.mark.skipif(
    not LINUX, reason="only Linux tells the states of threads"
)

# -- Capture -------------------------------------------------------------------------


def test_both_streams_keep_their_order(run: Run) -> None:
    source = textwrap.dedent("""\
        import sys
        for number in range(50):
            print("out", number)
            print("err", number, file=sys.stderr)
        """)
    expected = "".join(f"out {n}\nerr {n}\n" for n in range(50))
    for _ in range(5):
        assert run(source).output == expected


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ('import os\nos.write(1, b"low\\n")', "low\n"),
        ('import os\nos.write(2, b"low\\n")', "low\n"),
        ('import sys\nsys.__stdout__.write("dunder\\n")', "dunder\n"),
        (
            "import subprocess, sys\n"
            "subprocess.run([sys.executable, '-c', 'print(\"child\")'])",
            "child\n",
        ),
        ('print("a", end="")\nprint("b")', "ab\n"),
        (
            'print("  lead\\ttab ")\nprint()\nprint("last", end="")',
            "  lead\ttab \n\nlast",
        ),
        ('print("one\\r\\ntwo")', "one\ntwo\n"),
        ('print("\\x1b[31mred\\x1b[0m")', "red\n"),
        ("pass", ""),
        ('print("é ☃ 🐍")', "é ☃ 🐍\n"),
        ("import os\nos.write(1, b'\\xff\\n')", "\\xff\n"),
        ("import sys\nprint(sys.argv)", "['program.py']\n"),
        ("print(__name__, __file__)", "__main__ program.py\n"),
        ("import os\nprint(os.path.exists(__file__))", "True\n"),
        ("import sys\nprint(sys.stdout.isatty())", "False\n"),
    ],
)
def test_output_is_captured(run: Run, source: str, output: str) -> None:
    result = run(source)
    assert (result.output, result.status, result.ending) == (output, 0, "exit")


def test_input_raises_eof_error_at_once(run: Run) -> None:
    result = run("try:\n    input()\nexcept EOFError:\n    print('end')", timeout=2)
    assert (result.output, result.ending) == ("end\n", "exit")


def test_faulthandler_is_captured(run: Run) -> None:
    result = run("import faulthandler\nfaulthandler.dump_traceback()")
    assert "most recent call first" in result.output


def test_output_before_an_error_is_kept_with_traceback_and_status(
    run: Run,
) -> None:
    result = run("print('before')\nraise ValueError('no')")
    assert result.status == 1
    assert result.output.splitlines() == [
        "before",
        "Traceback (most recent call last):",
        '  File "program.py", line 2, in <module>',
        "    raise ValueError('no')",
        "ValueError: no",
    ]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (
            "async def job(): pass\nkept = job()\nimport asyncio",
            "RuntimeWarning: coroutine 'job' was never awaited",
        ),
        (
            "import asyncio\n"
            "async def main():\n"
            "    task = asyncio.create_task(fail())\n"
            "    await asyncio.sleep(0)\n"
            "    await asyncio.sleep(0)\n"
            "async def fail(): raise ValueError('lost')\n"
            "asyncio.run(main())",
            "Task exception was never retrieved",
        ),
        (
            "import asyncio\n"
            "loop = asyncio.new_event_loop()\n"
            "async def wait(): await loop.create_future()\n"
            "task = loop.create_task(wait())\n"
            "loop.call_soon(loop.stop)\n"
            "loop.run_forever()\n"
            "loop.close()\n"
            "del task",
            "Task was destroyed but it is pending!",
        ),
    ],
)
def test_asyncio_messages_at_shutdown_are_captured(
    run: Run, source: str, said: str
) -> None:
    assert said in run(source).output


def test_output_over_the_limit_ends_the_run(run: Run) -> None:
    result = run("while True: print('x' * 99)", limit=10_000)
    assert result.ending == "limit"
    assert len(result.output) == 10_000


def test_tasks_are_numbered_as_in_a_fresh_shell(run: Run) -> None:
    source = textwrap.dedent("""\
        import asyncio
        async def main():
            print(asyncio.current_task().get_name())
        asyncio.run(main())
        """)
    assert [run(source).output for _ in range(2)] == ["Task-1\n"] * 2


# -- Environment ---------------------------------------------------------------------


@pytest.fixture
def plain_environment(run: Run) -> str:
    return run(SHOW_ENVIRONMENT).output


SHOW_ENVIRONMENT = """\
import locale, os, sys, time
print(dict(sorted(os.environ.items())))
print(sys.flags, sys.stdout.encoding, locale.getencoding(), time.tzname, hash("x"))
print(os.path.basename(os.getcwd()), sys.path[0], sys.executable)
"""


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_TOKEN", "x"),
        ("PYTHONPATH", "/nowhere"),
        ("PYTHONOPTIMIZE", "2"),
        ("PYTHONWARNINGS", "ignore"),
        ("PYTHONHASHSEED", "7"),
        ("PYTHONASYNCIODEBUG", "1"),
        ("PYTHONSTARTUP", "/nowhere"),
        ("FORCE_COLOR", "1"),
        ("NO_COLOR", ""),
        ("COLUMNS", "33"),
        ("TERM", "xterm-256color"),
        ("TZ", "Asia/Tokyo"),
        ("LANG", "C"),
        ("LC_ALL", "C"),
        ("LC_CTYPE", "C"),
        ("CI", "true"),
        ("PATH", "/nowhere"),
    ],
)
def test_environment_of_the_build_does_not_reach_a_program(
    run: Run,
    plain_environment: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert run(SHOW_ENVIRONMENT).output == plain_environment


def test_working_directory_of_the_build_changes_nothing(
    run: Run,
    plain_environment: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "asyncio.py").write_text("raise SystemError")
    (tmp_path / "json.py").write_text("raise SystemError")
    monkeypatch.chdir(tmp_path)
    assert run(SHOW_ENVIRONMENT).output == plain_environment


INHERITED = """\
import os, signal
open("made", "w").close()
print(oct(os.stat("made").st_mode), oct(os.stat(__file__).st_mode))
print([n for n in (signal.SIGHUP, signal.SIGINT, signal.SIGCHLD) if signal.getsignal(n)
       not in (signal.SIG_DFL, signal.default_int_handler)])
print(signal.pthread_sigmask(signal.SIG_BLOCK, []))
raise SystemExit(3)
"""


@pytest.mark.skipif(os.name != "posix", reason="there, nothing of it is inherited")
def test_what_the_build_has_inherited_does_not_reach_a_program(run: Run) -> None:
    mask = os.umask(0o077)
    # As with nohup, and in the background of a shell.
    ignored = (signal.SIGHUP, signal.SIGINT, signal.SIGCHLD)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ignored}
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    try:
        result = run(INHERITED)
    finally:
        os.umask(mask)
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for number, handler in before.items():
            signal.signal(number, handler)
    assert result.output == "0o100644 0o100644\n[]\nset()\n"
    assert result.status == 3


def test_hash_seed_is_set(run: Run) -> None:
    source = "print(hash('x'))"
    results = [run(source, seed=seed).output for seed in (0, 0, 1)]
    assert results[0] == results[1] != results[2]


@pytest.mark.parametrize("garbage", [0, 10])
def test_garbage_collection_threshold_is_the_only_difference(
    run: Run, garbage: int
) -> None:
    source = "import gc, os, sys\nprint(gc.get_threshold()[0])\n"
    source += "print(sys.path[1:], sys.argv, sorted(os.environ))"
    threshold, others = run(source, garbage=garbage).output.splitlines()
    assert threshold == str(garbage)
    assert others == run(source).output.splitlines()[1]


HERE = """\
import datetime, getpass, glob, os, pathlib, platform, socket, tempfile, time
today = datetime.date.today()
print(today)
print(today.strftime("%a"), time.strftime("%A"), time.ctime()[:3])
print(datetime.datetime.now().year, datetime.datetime.now(datetime.timezone.utc).year)
print(today.weekday() >= 5)
print(datetime.datetime.now().hour < 12, time.strftime("%p"))
print(today.month <= 6)
print(time.gmtime().tm_yday, time.time() // 1e7, time.time_ns() // 10**16)
print(socket.gethostname(), platform.node())
print(getpass.getuser())
print(os.cpu_count())
print(getattr(os, "sysconf", lambda _: os.cpu_count())("SC_NPROCESSORS_ONLN"))
other = os.cpu_count  # where a system has nothing of the kind
print(getattr(os, "getuid", other)(), getattr(os, "geteuid", other)())
print(getattr(os, "getgid", other)(), getattr(os, "getgroups", other)())
print(getattr(os, "nice", lambda _: other())(0))
print(__import__("resource").getrlimit(7) if hasattr(os, "nice") else other())
for name in "abc":
    os.makedirs(f"made/{name}")
print(os.listdir("made"), [entry.name for entry in os.scandir("made")])
print(list(pathlib.Path("made").iterdir()), list(pathlib.Path("made").glob("*")))
print(glob.glob("made/*"), next(os.walk("made"))[1])
print(len(os.getcwd()))
print(len(os.path.expanduser("~")), len(tempfile.gettempdir()))
print(pathlib.Path.cwd().name)
"""
# The lines that depend on each condition.
_HERE = {"clock": range(7), "machine": range(7, 18), "place": range(18, 21)}


@pytest.mark.parametrize("condition", ELSEWHERE)
def test_elsewhere_all_that_depends_on_it_differs(run: Run, condition: str) -> None:
    here = run(HERE).output.splitlines()
    there = run(HERE, elsewhere=(condition,)).output.splitlines()
    pairs = zip(here, there, strict=True)
    differing = {number for number, pair in enumerate(pairs) if pair[0] != pair[1]}
    assert differing == set(_HERE[condition])


STARTER = """import os, psutil
print(os.getppid() - psutil.Process().ppid(), flush=True)
own = os.getpid()
if not os.fork():
    print(os.getppid() == own)
else:
    os.wait()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_the_process_that_started_it_is_another_one_elsewhere(run: Run) -> None:
    assert run(STARTER).output == "0\nTrue\n"
    assert run(STARTER, elsewhere=("machine",)).output == "1\nTrue\n"


@pytest.mark.parametrize("month", range(1, 13))
def test_moved_clock_differs_in_whatever_one_asks_a_date(month: int) -> None:
    for days, hours in itertools.product(range(28), range(24)):
        now = datetime(2026, month, 1, 0, 50, 7, tzinfo=UTC)
        now += timedelta(days=days, hours=hours)
        ahead = timedelta(seconds=seconds_ahead(now.timestamp()))
        assert timedelta(days=400) < ahead < timedelta(days=650)
        for form in ("%Y", "%m", "%d", "%a", "%H", "%I", "%p", "%M", "%S"):
            assert f"{now:{form}}" != f"{now + ahead:{form}}", (now, form)
        assert (now.weekday() >= 5) != ((now + ahead).weekday() >= 5)
        assert (now.month <= 6) != ((now + ahead).month <= 6)
        if month not in (3, 10):  # summer time begins and ends in these
            summer = range(4, 10)
            assert (now.month in summer) != ((now + ahead).month in summer)


EVERYWHERE = """\
import copy, datetime as d, os, pickle, platform, socket, sys, tempfile, time, warnings
import inspect, shutil
moment, day = d.datetime(2020, 1, 2, 3, 4, 5), d.date(2020, 1, 1)
print(repr(moment), repr(day), moment - d.timedelta(1), moment.date())
print(type(moment), type(day).__name__, d.datetime, d.datetime.__mro__[-2:])
print(isinstance(moment, d.date), isinstance(day, d.datetime))
print(pickle.loads(pickle.dumps(moment)) == moment, copy.deepcopy(day) == day)
print(d.datetime.strptime("2020", "%Y"), d.datetime.combine(day, d.time(1)))
class Day(d.date): pass
print(repr(Day(2020, 1, 1)), isinstance(day, Day), isinstance(Day(2020, 1, 1), d.date))
print(issubclass(Day, d.date), issubclass(d.datetime, d.date))
now = d.datetime.now()
time.sleep(0.01)
print(d.datetime.now() > now, (d.datetime.now() - now).days, type(now), now > moment)
print(time.asctime(time.gmtime(0)), time.strftime("%Y", time.gmtime(0)), time.ctime(0))
match moment:
    case d.datetime(year=year):
        print(year)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    d.datetime.utcnow()
    print([(str(one.message), one.lineno) for one in caught])
print(os.cpu_count() > 0, bool(socket.gethostname()), platform.system())
print(tempfile.gettempdir(), os.path.expanduser("~"), os.getcwd(), __file__)
with os.scandir() as entries:
    print(sorted(entry.name for entry in entries), list(entries))
print(os.listdir(b"."), os.listdir(path="."), shutil.rmtree.avoids_symlink_attacks)
os.makedirs("made/deep")
shutil.rmtree("made")
try:
    os.scandir("absent")
except FileNotFoundError as error:
    print(error)
print(hasattr(os, "sysconf") and os.sysconf("SC_PAGESIZE"))
with open("made", "w") as made:
    age = time.time() - os.fstat(made.fileno()).st_mtime
[entry] = [entry for entry in os.scandir() if entry.name == "made"]
times = os.stat("made").st_mtime_ns, entry.stat().st_mtime_ns, os.lstat("made")[8]
print(-1 < age < 9, times[0] == times[1], times[0] // 10**9 == times[2])
print(entry, os.fspath(entry), entry.is_file(), os.stat("made").st_size)
os.utime("made", (1.7, 1234567890.123456))
print(os.path.getmtime("made"), os.stat("made").st_atime, os.stat("made").st_mtime_ns)
os.utime("made", ns=(5, 7))
print(os.stat("made").st_mtime_ns, shutil.copystat("made", ".") or os.stat(".")[7:9])
if hasattr(os, "getuid"):
    import grp, pwd
    found = os.stat("made")
    print(found.st_uid == os.getuid(), found.st_gid == os.getgid())
    print(pwd.getpwuid(os.getuid()).pw_gid == os.getgid() in os.getgroups())
    print(grp.getgrgid(os.getgid()).gr_gid == os.getgid())
    print(pwd.getpwnam(pwd.getpwuid(os.getuid()).pw_name).pw_uid == os.getuid())
    print(grp.getgrnam(grp.getgrgid(os.getgid()).gr_name).gr_gid == os.getgid())
    print(any(user.pw_uid == os.getuid() for user in pwd.getpwall()))
print(isinstance(entry, os.DirEntry), inspect.isbuiltin(os.stat), repr(os.scandir))
print(inspect.isbuiltin(time.time), inspect.isbuiltin(os.cpu_count), repr(os.utime))
print(inspect.signature(os.listdir), inspect.signature(os.stat))
print(os.stat in os.supports_dir_fd, os.utime in os.supports_fd, os.stat.__name__)
print(sys.argv, sorted(os.environ), sys.path[1:])
"""


@pytest.mark.parametrize("condition", ELSEWHERE)
def test_elsewhere_all_else_is_the_same(run: Run, condition: str) -> None:
    here, there = run(EVERYWHERE), run(EVERYWHERE, elsewhere=(condition,))
    assert (there.output, there.status) == (here.output, 0)


# What is replaced there is what programs store in classes, derive from, and pass on.
REPLACED = """\
import abc, datetime as d, enum, logging, os, pickle, socket, time, traceback
logging.basicConfig(format="%(asctime)s %(message)s", datefmt="some day", level=20)
logging.info("logged")
class Stored:
    convert, count, name = time.gmtime, os.cpu_count, socket.gethostname
    write, stamp, day = time.strftime, time.time, d.date.today
stored = Stored()
print(stored.convert(0)[0], stored.write("%Y", stored.convert(0)), stored.stamp() > 0)
print(os.cpu_count.__module__, socket.gethostname.__module__)
print(type(time.time), type(next(os.scandir())), type(os.scandir()).__name__)
print(stored.count() > 0, bool(stored.name()), type(stored.day()))
print(time.time, time.strftime, os.cpu_count, socket.gethostname, time.time.__module__)
for function in (time.time, time.localtime, d.datetime.now, os.cpu_count, os.listdir):
    print(pickle.loads(pickle.dumps(function)) == function, callable(function))
moment = d.datetime(2020, 1, 2)
print(type(moment.date()) is d.date, type(d.datetime.max) is d.datetime)
print(type(d.datetime.now()) is d.datetime, hasattr(moment, "__dict__"))
class Holiday(d.date, enum.Enum):
    NEW_YEAR = 2020, 1, 1
class Stamp(d.datetime, metaclass=abc.ABCMeta): pass
print(Holiday.NEW_YEAR.year, type(Stamp.now()).__name__, type(Stamp.today()).__name__)
print(isinstance(Stamp.now(), d.datetime), isinstance(Stamp.now(), d.date))
for wrong in (
    lambda: os.listdir("absent"),
    lambda: os.scandir("absent"),
    lambda: os.stat("absent"),
    lambda: os.utime("absent", (1, 2)),
    lambda: os.utime("absent", 5),
    lambda: os.utime(".", (1, 2), ns=(1, 2)),
    lambda: time.time - 1,
    lambda: len(os.listdir),
    lambda: time.localtime("x"),
    lambda: time.time(1),
    lambda: time.strftime(1),
    lambda: d.datetime.now(5),
):
    try:
        wrong()
    except Exception:
        traceback.print_exc()
print("at the end")
os.listdir("absent")
"""


@pytest.mark.parametrize("condition", ["clock", "machine"])
def test_elsewhere_what_is_replaced_can_be_used_as_before(
    run: Run, condition: str
) -> None:
    here, there = run(REPLACED), run(REPLACED, elsewhere=(condition,))
    assert (there.output, there.status) == (here.output, 1)
    assert "at the end" in here.output


def test_elsewhere_a_database_takes_dates(run: Run) -> None:
    # By their very class; 3.12 warns that it will no longer do so by itself.
    source = """\
import datetime, sqlite3
moment = datetime.datetime(2020, 1, 2)
query = "SELECT ?, ?"
print(*sqlite3.connect(":memory:").execute(query, [moment, moment.date()]).fetchone())
"""
    there = run(source, elsewhere=("clock",))
    assert there.output.splitlines()[-1] == "2020-01-02 00:00:00 2020-01-02"


LOOKED_UP_BEFORE = """
import datetime, sys, time
before = datetime.datetime.now(), datetime.datetime.utcnow
sys.path.insert(0, sys.argv[1])
import elsewhere
elsewhere.move("clock")
print((datetime.datetime.now() - before[0]).days > 400)
"""


def test_elsewhere_what_was_looked_up_before_has_moved_as_well() -> None:
    """As by a ``.pth`` file: the interpreter remembers attributes of classes."""
    words = [sys.executable, "-c", LOOKED_UP_BEFORE, str(processes.STARTUP)]
    assert subprocess.run(words, capture_output=True).stdout == b"True\n"


def test_elsewhere_objects_have_other_addresses(run: Run) -> None:
    # As on a system that gives every process the same addresses.
    source = "print([hex(id(object())) for _ in range(3)])"
    found = {run(source, elsewhere=where).output for where in ((), ("machine",))}
    assert len(found) == 2


def test_a_module_beside_the_program_can_be_imported(run: Run) -> None:
    result = run("import helper\nprint(helper.NAME)", helper="NAME = 'beside'")
    assert result.output == "beside\n"


def test_examples_folder_is_unchanged_by_a_run(run: Run, tmp_path: Path) -> None:
    source = "import helper\nopen('made.txt', 'w').write('x')\nprint(helper.NAME)"
    run(source, helper="NAME = 1")
    left = sorted(path.name for path in (tmp_path / "programs").rglob("*"))
    assert left == ["helper.py", "program.py"]


@pytest.fixture
def ordinary_user() -> Iterator[Path]:
    """A folder of a user who may not do everything, whom this process becomes."""
    folder = Path(tempfile.mkdtemp())
    if os.geteuid() != 0:
        yield folder
    else:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
        try:
            yield folder
        finally:
            os.seteuid(0)
    shutil.rmtree(folder)


@pytest.mark.skipif(os.name != "posix", reason="there, folders have no modes")
def test_what_a_program_has_locked_is_removed(ordinary_user: Path) -> None:
    outside, home = ordinary_user / "outside", ordinary_user / "home"
    locked = home / "run" / "locked" / "deep"
    for folder in (outside, locked):
        folder.mkdir(parents=True)
        (folder / "file").touch()
    (home / "run" / "link").symlink_to(outside)
    outside.chmod(0o750)
    for folder in (locked, locked.parent, home / "run"):
        folder.chmod(0)
    remove_folder(home)
    assert not home.exists()
    assert (outside / "file").exists()
    assert outside.stat().st_mode & 0o777 == 0o750
    remove_folder(home)  # nothing more to do


@pytest.mark.skipif(os.name != "posix", reason="there, no path is so long")
@pytest.mark.parametrize("depth", [1500, 3000])
def test_folders_too_deep_to_follow_are_removed(tmp_path: Path, depth: int) -> None:
    deep = tmp_path / "deep"
    code = f"import os\nfor _ in range({depth}): os.mkdir('d'); os.chdir('d')"
    deep.mkdir()
    subprocess.run([sys.executable, "-c", code], cwd=deep, check=True)
    try:
        remove_folder(deep)
        assert not deep.exists()
    finally:
        # pytest could not remove it either.
        subprocess.run(["rm", "-rf", str(deep)], check=True)


# -- Endings -------------------------------------------------------------------------


def processes_with(word: str) -> list[psutil.Process]:
    """The processes whose command line holds a word."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        command = process.info["cmdline"] or []
        if word in " ".join(command) and process.info["status"] != "zombie":
            found.append(process)
    return found


def test_endless_loop_is_stopped_and_keeps_its_output(run: Run) -> None:
    began = time.monotonic()
    result = run("print('so far')\nwhile True: pass", timeout=1)
    assert (result.output, result.ending) == ("so far\n", "timeout")
    # Ten times its limit, if other programs take all cores, and the time to start.
    assert time.monotonic() - began < 40


@pytest.fixture
def busy_core() -> Iterator[str]:
    """Keep one core busy; return the statements that move a program to it."""
    core = min(os.sched_getaffinity(0))
    move = f"import os\nos.sched_setaffinity(0, {{{core}}})\n"
    command = [sys.executable, "-c", f"{move}while True: pass"]
    # Linux may share a core out among sessions, not among programs.
    others = [subprocess.Popen(command, start_new_session=True) for _ in range(4)]
    yield move
    for other in others:
        other.kill()
        other.wait()


@ON_LINUX
def test_a_program_may_give_itself_a_name_that_is_no_text(run: Run) -> None:
    source = "import time\nopen('/proc/self/comm', 'wb').write(b'\\xff) Z')\n"
    assert run(f"{source}time.sleep(0.1)\nprint(1)\n").output == "1\n"


@ON_LINUX
def test_a_program_that_ends_while_one_looks_at_its_threads_is_no_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = []

    def gone(path: object) -> None:
        looked.append(str(path))
        raise FileNotFoundError(path)

    monkeypatch.setattr(os, "scandir", gone)
    mine = Usage(os.getpid())
    assert not mine.is_computing()
    assert mine.held_up(1.0) == 0
    assert looked[0] == f"/proc/{os.getpid()}/task"


@pytest.mark.slow
@pytest.mark.skipif(not LINUX, reason="only Linux tells how long a program was held up")
@pytest.mark.parametrize(
    ("source", "ending"),
    [
        ("import time\nwhile time.process_time() < 0.5: pass\n", "exit"),
        ("while True: pass\n", "timeout"),
        ("import time\ntime.sleep(60)\n", "timeout"),
    ],
)
def test_time_limit_excludes_time_of_other_programs(
    run: Run, busy_core: str, source: str, ending: str
) -> None:
    began = time.monotonic()
    assert run(busy_core + source, timeout=1).ending == ending
    # Held up or not, an end there is: ten times the limit, and what ending takes.
    assert time.monotonic() - began < 20


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    return False


def test_runner_without_jobs_is_ended_with_its_children() -> None:
    process = start(low_priority=True, fork=True)
    up = psutil.Process(process.pid)
    assert wait_until(lambda: bool(up.children()) or not CAN_FORK)
    servers = up.children()
    Runs([], at_once=2, process=process)
    assert process.returncode is not None
    assert wait_until(lambda: not any(map(_lives, servers)))


def test_runner_that_does_not_end_is_killed_with_its_children(
    jobs: Callable[..., list[Job]],
) -> None:
    # As on a busy machine, where it gets no core to notice that its input has ended.
    child = "import time\ntime.sleep(600)"
    code = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        up = psutil.Process(process.pid)
        with Runs(jobs("print()"), at_once=1, process=process) as runs:
            assert wait_until(lambda: bool(up.children()))
            below = up.children()
            folder = runs.folder
            assert folder is not None
            assert folder.is_dir()
        assert process.returncode is not None
        assert not folder.exists()
        assert wait_until(lambda: not any(map(_lives, below)))


class Ended:
    """A process that ends by itself while its timeout is handled."""

    stdout = None
    pid = 0

    def __init__(self, source: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", source], stdout=subprocess.PIPE, process_group=0
        )
        assert self._process.stdout
        self.stdout = self._process.stdout
        self.pid = self._process.pid

    def poll(self) -> None:
        """The end of the process has not been noticed yet."""

    def wait(self, timeout: float | None = None) -> int:
        if timeout is not None:
            raise subprocess.TimeoutExpired("python", timeout)
        return self._process.wait()

    @property
    def returncode(self) -> int:
        return self._process.wait()

    def kill(self) -> None:
        self._process.wait()


def a_job(folder: Path, interpreter: Interpreter, timeout: float) -> Job:
    return Job(
        key="only",
        files=(str(folder / "program.py"),),
        root=str(folder),
        executable=interpreter.executable,
        library=interpreter.library,
        timeout=timeout,
        limit=1000,
    )


@pytest.mark.skipif(os.name != "posix", reason="elsewhere a kill has no status")
def test_program_that_ended_by_itself_is_no_timeout(
    tmp_path: Path, interpreter: Interpreter, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Its end is told too late: the machine is busy, or stood still.
    monkeypatch.setattr(processes, "_kill_group", lambda process: process.kill())
    process: Any = Ended("print('done')")
    job = a_job(tmp_path, interpreter, timeout=0.01)
    output, ending = processes.capture(process, job, lambda: None)
    assert (output, ending) == (b"done\n", "exit")


class SlowPipe:
    """The output of a program that has ended, whose reader waits for a core."""

    def __init__(self, source: str) -> None:
        command = [sys.executable, "-c", source]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
        )
        assert self.process.stdout
        self._pipe = self.process.stdout
        self.process.wait()

    def __enter__(self) -> None:
        """It is in use."""

    def __exit__(self, *_: object) -> None:
        self._pipe.close()

    def fileno(self) -> int:
        return self._pipe.fileno()

    def read(self, size: int) -> bytes:
        time.sleep(0.3)
        return self._pipe.read(size)


@pytest.mark.skipif(os.name != "posix", reason="pipes of Windows cannot be polled")
@pytest.mark.parametrize(
    "left_behind",
    ["", "subprocess.Popen(['sleep', '60']);"],
    ids=["pipe_ends", "pipe_stays_open"],
)
def test_no_output_is_lost_if_its_reader_has_to_wait(
    monkeypatch: pytest.MonkeyPatch, left_behind: str
) -> None:
    monkeypatch.setattr(processes, "_GRACE", 0.1)
    pipe = SlowPipe(f"import subprocess; {left_behind} print('the end')")
    reader = processes._Reader(cast("Any", pipe), 1000)
    reader.start()
    reader.drain()
    if left_behind:
        os.killpg(pipe.process.pid, signal.SIGKILL)  # it has not been waited for
    assert reader.output == b"the end\n"


# Of a limit of five seconds, with ten looks a second.
@pytest.mark.parametrize(
    ("held_up", "looks_at_most"),
    [
        (lambda _now: 0.0, 55),  # it had all the time
        (lambda _now: 3.0, 85),  # it was held up once
        (lambda now: now / 2, 110),  # it had every other turn
        (lambda now: now, 515),  # it never had one
    ],
)
def test_time_limit_excludes_time_held_up(
    monkeypatch: pytest.MonkeyPatch,
    held_up: Callable[[float], float],
    looks_at_most: int,
) -> None:
    now = 0.0
    looks = 0

    class Reader:
        overflow = False

        class finished:  # noqa: N801  # as the reader's attribute
            @staticmethod
            def wait(_seconds: float) -> bool:
                nonlocal now, looks
                looks += 1
                # Once the whole machine stands still.
                now += 600 if looks == 3 else 0.1
                return False

    class Process:
        pid = 0

        def poll(self) -> None:
            """It is still running."""

    monkeypatch.setattr(time, "monotonic", lambda: now)
    monkeypatch.setattr(Usage, "held_up", lambda *_: held_up(looks / 10))
    process, reader = cast("Any", Process()), cast("Any", Reader())
    assert processes._wait(process, reader, 5.0, lambda: None) == "timeout"
    assert looks_at_most - 15 <= looks <= looks_at_most


FAMILY = """\
import subprocess, sys, time
code = "import subprocess, sys, time; " \\
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep({marker})']); " \\
    "print('child', flush=True); time.sleep({marker})"
subprocess.Popen([sys.executable, "-c", code])
{end}
"""


@pytest.mark.parametrize("end", ["time.sleep(600)", "time.sleep(0.4)"])
def test_child_processes_end_with_the_program(run: Run, end: str) -> None:
    marker = f"600.0{time.monotonic_ns()}"
    result = run(FAMILY.format(marker=marker, end=end), timeout=2)
    assert result.output == "child\n"
    assert wait_until(lambda: not processes_with(marker))


@pytest.mark.skipif(not LINUX, reason="Windows has no sessions to escape to")
def test_child_in_its_own_session_ends_at_the_timeout(run: Run) -> None:
    marker = f"600.0{time.monotonic_ns()}"
    result = run(
        "import subprocess, sys, time\n"
        f"code = 'import time; time.sleep({marker})'\n"
        "command = [sys.executable, '-c', code]\n"
        "subprocess.Popen(command, start_new_session=True)\n"
        "time.sleep(600)\n",
        timeout=1,
    )
    assert result.ending == "timeout"
    assert wait_until(lambda: not processes_with(marker))


@pytest.mark.skipif(not LINUX, reason="only there can it be found again")
@pytest.mark.parametrize(
    ("end", "options"),
    [("pass", ""), ("pass", ", env={}"), slow("time.sleep(600)", "")],
)
def test_orphaned_process_ends_with_the_runs(run: Run, end: str, options: str) -> None:
    marker = f"600.0{time.monotonic_ns()}"
    run(
        "import os, subprocess, sys, time\n"
        f"code = 'import time; time.sleep({marker})'\n"
        "command = [sys.executable, '-c', code]\n"
        "if os.fork() == 0:\n"
        f"    subprocess.Popen(command, start_new_session=True{options})\n"
        "    os._exit(0)\n"
        "time.sleep(0.3)\n"
        f"{end}\n",
        timeout=1,
    )
    assert wait_until(lambda: not processes_with(marker))


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_fatal_signal_is_the_exit_status(run: Run) -> None:
    result = run("import os\nos.kill(os.getpid(), 9)")
    assert (result.status, result.ending) == (-9, "exit")


def test_program_has_the_default_interrupt_handler(run: Run) -> None:
    source = "import signal\nprint(signal.getsignal(signal.SIGINT).__name__)"
    assert run(source).output == "default_int_handler\n"


# -- Many at once --------------------------------------------------------------------


@pytest.fixture
def jobs(tmp_path: Path, interpreter: Interpreter) -> Callable[..., list[Job]]:
    """Jobs for sources, each in a folder of its own."""

    def make(*sources: str, timeout: float = 20) -> list[Job]:
        made = []
        for number, source in enumerate(sources):
            folder = tmp_path / str(number)
            folder.mkdir()
            (folder / "same_name.py").write_text(source)
            made.append(
                Job(
                    key=str(number),
                    files=(str(folder / "same_name.py"),),
                    root=str(folder),
                    executable=interpreter.executable,
                    library=interpreter.library,
                    timeout=timeout,
                    limit=10_000,
                )
            )
        return made

    return make


def test_runs_share_no_files(jobs: Callable[..., list[Job]]) -> None:
    source = "from pathlib import Path\npath = Path('shared.txt')\n"
    source += "print(path.exists())\npath.write_text('{0}')\nprint(path.read_text())"
    todo = jobs(*(source.format(number) for number in range(8)))
    for at_once in (1, 8):
        for order in (todo, todo[::-1]):
            with Runs(order, at_once=at_once) as runs:
                results = {key: run.output for key, run in runs.results()}
            assert results == {str(n): f"False\n{n}\n" for n in range(8)}


def test_sleeps_overlap(jobs: Callable[..., list[Job]]) -> None:
    source = "import time\nprint(time.time())\ntime.sleep(1)\nprint(time.time())"
    with Runs(jobs(*[source] * 8), at_once=8) as runs:
        found = [list(map(float, run.output.split())) for _, run in runs.results()]
    began, ended = zip(*found, strict=True)
    assert len(found) == 8
    assert max(ended) - min(began) < 6  # one after the other: 8 s


def test_no_more_run_at_once_than_asked_for(jobs: Callable[..., list[Job]]) -> None:
    source = "import time\nprint(time.time())\ntime.sleep(0.2)\nprint(time.time())"
    with Runs(jobs(*[source] * 4), at_once=1) as runs:
        spans = sorted(
            tuple(map(float, run.output.split())) for _, run in runs.results()
        )
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


# What only one can have at a time, as a fixed port.
SERVE = """\
import os, time
os.mkdir({0!r})
time.sleep(0.1)
os.rmdir({0!r})
print("served")
"""


def test_what_has_to_be_alone_waits_for_others_also_of_another_process(
    tmp_path: Path, jobs: Callable[..., list[Job]]
) -> None:
    todo = jobs(*[SERVE.format(str(tmp_path / "port"))] * 6)
    alone = [replace(job, alone=True) for job in todo]
    with Runs(alone[:3], at_once=8) as here, Runs(alone[3:], at_once=8) as there:
        found = [run.output for _, run in (*here.results(), *there.results())]
    assert found == ["served\n"] * 6


COMPUTE = """\
import time
{first}
print(time.time())
while time.process_time() < 0.3:
    pass
print(time.time())
"""


def test_programs_that_compute_take_turns(jobs: Callable[..., list[Job]]) -> None:
    cores = os.cpu_count() or 1
    with Runs(jobs(*[COMPUTE.format(first="")] * (2 * cores)), at_once=64) as runs:
        found = [list(map(float, run.output.split())) for _, run in runs.results()]
    edges = sorted([(b, 1) for b, _ in found] + [(e, -1) for _, e in found])
    at_once = itertools.accumulate(change for _, change in edges)
    assert max(at_once) <= cores


@pytest.mark.slow
def test_a_core_is_free_again_once_a_program_sleeps(
    jobs: Callable[..., list[Job]],
) -> None:
    cores = os.cpu_count() or 1
    source = COMPUTE.format(first="time.sleep(1)")
    with Runs(jobs(*[source] * (3 * cores)), at_once=64) as runs:
        began = [float(run.output.split()[0]) for _, run in runs.results()]
    assert max(began) - min(began) < 3  # one after the other: more than 3.9 s


@pytest.mark.parametrize("exact", [pytest.param(True, marks=ON_LINUX), False])
def test_use_of_a_core_is_told(monkeypatch: pytest.MonkeyPatch, exact: bool) -> None:
    monkeypatch.setattr(usage, "_EXACT", exact)
    for code, computes in (("while True: pass", True), ("time.sleep(60)", False)):
        program = subprocess.Popen([sys.executable, "-c", f"import time\n{code}"])
        try:
            found = Usage(program.pid)
            assert wait_until(lambda: found.is_computing() == computes)  # noqa: B023
            if not exact:
                assert wait_until(lambda: (found.held_up(100) > 0) == computes)  # noqa: B023
        finally:
            program.kill()
            program.wait()


@pytest.mark.parametrize(
    ("options", "end"),
    [
        ("", "time.sleep(0.4)"),
        ("", "time.sleep(600)"),
        # Killing its group is not enough.
        pytest.param(
            ", start_new_session=True",
            "time.sleep(600)",
            marks=pytest.mark.skipif(not LINUX, reason="Windows has no sessions"),
        ),
    ],
    ids=["left behind", "at the time-out", "in a session of its own"],
)
def test_child_processes_end_before_other_runs(
    jobs: Callable[..., list[Job]], options: str, end: str
) -> None:
    marker = f"600.0{time.monotonic_ns()}"
    family = (
        "import subprocess, sys, time\n"
        f"command = [sys.executable, '-c', 'import time; time.sleep({marker})']\n"
        f"subprocess.Popen(command{options})\n{end}\n"
    )
    first, other = jobs(family, "import time\ntime.sleep(600)", timeout=1)
    # While it runs, what ends all runs has not come yet.
    with Runs([first, replace(other, timeout=600)], at_once=2) as runs:
        runs.result(first.key)
        assert wait_until(lambda: not processes_with(marker))


LOOK_UP = """\
import psutil
for process in psutil.Process().parents():
    if process.pid == {builder}:
        break
    print("SECRET_TOKEN" in process.environ())
"""


@pytest.mark.parametrize("fork", [False, True])
def test_parent_processes_lack_the_builds_variables(
    jobs: Callable[..., list[Job]], monkeypatch: pytest.MonkeyPatch, fork: bool
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    todo = jobs(*[LOOK_UP.format(builder=os.getpid())] * 2)
    with Runs([replace(job, fork=fork) for job in todo], at_once=2) as runs:
        outputs = [run.output for _, run in runs.results()]
    between = 2 if fork and CAN_FORK else 1  # the runner, and what forks
    assert outputs == ["False\n" * between] * 2


def test_no_process_of_a_run_has_the_builds_variables(
    jobs: Callable[..., list[Job]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "x")
    marker = f"600.0{time.monotonic_ns()}"
    words = f"[sys.executable, '-c', 'import time; time.sleep({marker})']"
    source = f"import subprocess, sys\nsubprocess.run({words})"
    todo = [replace(job, fork=True) for job in jobs(source, source)]
    before = psutil.Process().children(recursive=True)
    with Runs(todo, at_once=2, load=True):
        assert wait_until(lambda: len(processes_with(marker)) == 2)
        started = set(psutil.Process().children(recursive=True)) - set(before)
        # At least: the runner, two programs with a child each, and the load.
        assert len(started) >= 5 + (os.cpu_count() or 1)
        told = [p.cmdline() for p in started if "SECRET_TOKEN" in p.environ()]
        assert told == []


@pytest.mark.skipif(sys.platform == "win32", reason="there TEMP has another form")
def test_tmpdir_is_respected(
    jobs: Callable[..., list[Job]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (job,) = jobs("import os\nos.mkdir('here')\nimport time\ntime.sleep(600)")
    with Runs([job], at_once=1):
        assert wait_until(lambda: any((tmp_path / "temporary").glob("*/*/run/here")))


def busy() -> list[psutil.Process]:
    """What keeps the cores busy, of the runs that this process has started."""
    below = psutil.Process().children(recursive=True)
    return [p for p in processes_with("os.getppid() ==") if p in below]


def test_under_load_every_core_is_busy_until_the_runs_end(
    jobs: Callable[..., list[Job]], tmp_path: Path
) -> None:
    begun = tmp_path / "begun"
    program = f"import time\nopen({str(begun)!r}, 'w').close()\ntime.sleep(600)"
    with Runs(jobs(program), at_once=1, load=True):
        assert wait_until(begun.exists)
        started = busy()
        assert len(started) == os.cpu_count()
    assert wait_until(lambda: not any(map(_lives, started)))


@ON_LINUX
def test_what_pauses_while_programs_compute_outlives_nothing(
    jobs: Callable[..., list[Job]],
) -> None:
    cores = os.cpu_count() or 1
    todo = jobs(*["while True: pass"] * cores)
    with Runs(todo, at_once=cores, load=True) as runs:
        assert runs._process
        assert wait_until(
            lambda: [p.status() for p in busy()] == [psutil.STATUS_STOPPED] * cores
        )
        started = busy()
        runs._process.kill()
        with pytest.raises(RunnerError, match="was killed"):
            runs.result("0")
    assert wait_until(lambda: not any(map(_lives, started)))


QUICK = """\
from example_output.running import child, masking

masking.LIMIT = 0.5
child.main()
"""


def test_masks_that_take_too_long_are_one_message(
    jobs: Callable[..., list[Job]],
) -> None:
    [job] = jobs("print('a' * 40 + 'b')")
    slow = replace(job, masks=(("(a+)+$", "x"),))
    pipe = subprocess.PIPE
    process = subprocess.Popen([sys.executable, "-c", QUICK], stdin=pipe, stdout=pipe)
    message = "same_name.py: its masks take more than"
    runs = Runs([slow], at_once=1, process=process)
    with runs, pytest.raises(RunnerError, match=message):
        runs.result(slow.key)


def test_closing_ends_every_program(jobs: Callable[..., list[Job]]) -> None:
    marker = f"600.0{time.monotonic_ns()}"
    command = f"[sys.executable, '-c', 'import time; time.sleep({marker})']"
    source = f"import subprocess, sys\nsubprocess.Popen({command}).wait()"
    todo = jobs(*[source] * 3)
    runs = Runs(todo, at_once=3)
    assert wait_until(lambda: len(processes_with(marker)) == 3)
    runs.close()
    assert wait_until(lambda: not processes_with(marker))
    with pytest.raises(RunnerError):
        runs.result("0")


def test_closing_at_any_moment_leaves_no_folder(
    jobs: Callable[..., list[Job]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    todo = jobs(*["import time\ntime.sleep(600)"] * 30)
    for number in range(5):
        runs = Runs(todo, at_once=30)
        time.sleep(0.1 * number)
        runs.close()
        assert list(temporary.iterdir()) == []


# What is called while the folder is made, and before the child process knows of it.
@pytest.mark.parametrize("called", ["start", "json.dumps", "os.mkdir"])
def test_an_interrupt_before_the_order_leaves_no_folder(
    jobs: Callable[..., list[Job]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    called: str,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)

    mkdir = os.mkdir

    def interrupt(*given: Any, **_: object) -> None:
        if called == "os.mkdir":
            mkdir(*given)
        raise KeyboardInterrupt

    todo = jobs("print(1)")
    monkeypatch.setattr(f"example_output.running.runs.{called}", interrupt)
    with pytest.raises(KeyboardInterrupt):
        Runs(todo, at_once=1)
    assert list(temporary.iterdir()) == []
    assert list(processes_in(temporary)) == []


PARENT = """\
import sys
from example_output.running.job import Job
from example_output.running.runs import Runs
from example_output.running.interpreter import this_interpreter
python = this_interpreter()
job = Job("k", (sys.argv[1],), sys.argv[2], python.executable, python.library, 600, 99)
runs = Runs([job], at_once=1)
runs.result("k")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_all_processes_end_with_the_parent(tmp_path: Path, number: int) -> None:
    marker = f"600.0{time.monotonic_ns()}"
    program = tmp_path / "program.py"
    program.write_text(
        "import subprocess, sys\n"
        f"code = 'import time; time.sleep({marker})'\n"
        "subprocess.run([sys.executable, '-c', code])\n"
    )
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-c", PARENT, str(program), str(tmp_path)]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
    with subprocess.Popen(
        command, stderr=subprocess.DEVNULL, env=environment, start_new_session=True
    ) as parent:
        assert wait_until(lambda: len(processes_with(marker)) == 1)
        if number == signal.SIGINT:
            os.killpg(parent.pid, number)  # as a terminal does, to the whole group
        else:
            parent.send_signal(number)
        parent.wait(60)
    assert wait_until(lambda: not processes_with(marker))
    assert wait_until(lambda: not list((tmp_path / "temporary").iterdir()))


def test_failed_start_is_reported_with_the_cause(
    jobs: Callable[..., list[Job]], tmp_path: Path
) -> None:
    todo = jobs("print(1)", "print(2)")
    broken = replace(todo[0], executable=str(tmp_path / "python"))
    with (
        Runs([broken, *todo[1:]], at_once=2) as runs,
        pytest.raises(RunnerError, match=r"py: .*No such file.*python"),
    ):
        runs.result("0")


def test_a_program_that_is_gone_leaves_the_others_running(
    jobs: Callable[..., list[Job]], tmp_path: Path
) -> None:
    todo = jobs("print(1)", "print(2)")
    place = str(tmp_path / "program.py")
    gone = replace(todo[0], root=str(tmp_path), files=(place,))
    with Runs([gone, todo[1]], at_once=2) as runs:
        assert runs.result("0").ending == "gone"
        assert runs.result("1").output == "2\n"


def test_whoever_waits_long_to_be_alone_says_for_what(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(child, "_PATIENCE", 0.01)
    entered = threading.Event()
    said: list[str] = []

    def is_told() -> bool:
        said.append(capsys.readouterr().err)
        return bool(said[-1])

    def wait() -> None:
        with child._no_other("second.py"):
            entered.set()

    with child._no_other("first.py"):
        thread = threading.Thread(target=wait)
        thread.start()
        assert wait_until(is_told)
        assert not entered.is_set()
    thread.join()
    assert entered.is_set()
    assert "second.py waits for another program that declares alone = true" in "".join(
        said
    )


def test_killed_runner_leaves_nothing_and_is_named(
    jobs: Callable[..., list[Job]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    marker = f"600.0{time.monotonic_ns()}"
    process = start()
    todo = jobs(f"import time; time.sleep({marker})")
    with Runs(todo, at_once=1, process=process) as runs:
        assert wait_until(lambda: any(temporary.glob("*/*/run/same_name.py")))
        process.kill()
        with pytest.raises(RunnerError, match=r"killed.* 1 of 1 results"):
            runs.result("0")
    assert list(temporary.iterdir()) == []
    if LINUX:
        assert wait_until(lambda: not processes_in(temporary))


def processes_in(folder: Path) -> list[str]:
    """The processes whose environment contains a folder."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if any(str(folder / "ex") in value for value in process.environ().values()):
                found.append(process.name())
    return found


def test_missing_temporary_folder_is_one_message(
    jobs: Callable[..., list[Job]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
    with pytest.raises(RunnerError, match=r"no folder for the runs.*missing"):
        Runs(jobs("print(1)"), at_once=1)


def test_interpreter_is_described() -> None:
    asked = ask_interpreter(sys.executable)
    assert asked.version == ".".join(map(str, sys.version_info[:3]))
    assert asked.executable == sys.executable
    assert asked.library


@pytest.mark.parametrize("borrows", [False, True])
def test_system_site_packages_are_found(tmp_path: Path, borrows: bool) -> None:
    venv.create(tmp_path, system_site_packages=borrows)
    python = "Scripts/python.exe" if os.name == "nt" else "bin/python"
    own = set(ask_interpreter(str(tmp_path / python)).library)
    lent = set(ask_interpreter(str(sys._base_executable)).library)  # type: ignore[attr-defined]
    assert own.issuperset(lent) == borrows


FEW_THREADS = """\
import threading


REAL = threading.Thread.start
allowed = ALLOWED


def start(self):
    name = getattr(self._target, "__name__", "capture")
    if name not in allowed:
        raise RuntimeError("can't start new thread")
    REAL(self)


threading.Thread.start = start
from example_output.running.child import main

main()
"""


def answers_with_threads(
    jobs: list[Job], allowed: set[str], folder: Path
) -> list[dict[str, Any]]:
    """What the child process answers where only some threads can be started."""
    order = {
        "at_once": 2,
        "folder": str(folder / "runs"),
        "load": False,
        "scheduler": "",
        "jobs": [asdict(job) for job in jobs],
    }
    done = subprocess.run(
        [sys.executable, "-c", FEW_THREADS.replace("ALLOWED", repr(allowed))],
        input=json.dumps(order).encode() + b"\n",
        capture_output=True,
        timeout=30,
    )
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_no_more_threads_is_one_message_each(
    jobs: Callable[..., list[Job]], tmp_path: Path
) -> None:
    answers = answers_with_threads(jobs("print(1)", "print(2)"), set(), tmp_path)
    assert answers == [{"failed": "same_name.py: can't start new thread"}] * 2


@pytest.mark.parametrize("threads", [set(), {"report"}, {"work"}, {"report", "work"}])
def test_runs_are_made_by_the_threads_that_start(
    jobs: Callable[..., list[Job]], threads: set[str], tmp_path: Path
) -> None:
    todo = jobs("print(1)", "print(2)")
    answers = answers_with_threads(todo, threads | {"capture"}, tmp_path)
    assert sorted(answer["output"] for answer in answers) == ["1\n", "2\n"]
