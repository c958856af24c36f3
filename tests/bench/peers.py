"""Our extension beside others that run examples, on the same generated programs.

Usage: ``python tests/bench/peers.py [--quick] [--own] [--only CORPUS]`` (``make
bench``); a corpus alone is measured again and put beside the figures that are there.

Each tool builds the same pages of the same programs: cold, again with nothing changed,
with one program changed, and, if it has recordings, with one of those changed.  They
take turns in each round, so that the machine's moods fall on all alike.  Each is
installed into an environment of its own below ``_build/bench``, ours as well: Sphinx
looks at all that is installed, so what a tool does not need would slow it down.  The
figures are kept there, and docs/about/_performance.inc has tables and charts of them.

A build's time is that of its whole process.  Its CPU time counts every process that it
started and waited for.  Memory is the peak of the Sphinx process, and of the whole
tree, in which memory that processes share counts once; looking costs time, so it is
measured in a build of its own, and that of the peers twice a second in their first.
"""

import argparse
import html
import json
import os
import platform
import re
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import psutil

import report  # these two lie beside this file
from bars import CASES, FLOOR, OURS, OURS_PLAIN, Figures, bars

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "_build" / "bench"
RESULTS = FOLDER / "performance.json"
CORES = os.cpu_count() or 1


# -- Programs ------------------------------------------------------------------------

WORKED = (
    "create_task",
    "create_many_tasks",
    "ensure_future",
    "loop_create_task",
    "outside_coroutine",
    "from_function",
)
# What the last two end with; the traceback before it names the place of the file.
ENDS = {
    "outside_coroutine": [
        "Traceback (most recent call last):",
        "RuntimeError: no running event loop",
        "RuntimeWarning: coroutine 'task_coroutine' was never awaited",
    ],
    "from_function": [
        "Traceback (most recent call last):",
        "TypeError: a coroutine was expected, got None",
    ],
}
PROGRAM = '''\
"""Program {number} of a benchmark."""

import asyncio
import sys


async def task_coroutine(number):
    print("task", number, "starts in program {number}")
    await asyncio.sleep({sleep})
    print("task", number, "warns in program {number}", file=sys.stderr)
    return number


async def main():
    tasks = [asyncio.create_task(task_coroutine(n)) for n in range(3)]
    results = [await task for task in tasks]
    print("results", results, "of program {number}")


asyncio.run(main())
'''


@dataclass(frozen=True)
class Program:
    """A program, and the lines that it prints on a terminal, in their order."""

    name: str
    source: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Corpus:
    """A set of programs, and how many stand on one page."""

    name: str
    programs: tuple[Program, ...]
    on_a_page: int


def corpora() -> dict[str, Corpus]:
    """The three sets."""
    hundred = tuple(_program(n, 0.1) for n in range(100))
    thousand = tuple(_program(n, 0) for n in range(1000))
    sets = (
        Corpus("6", tuple(map(_worked, WORKED)), 1),
        Corpus("100", hundred, 1),
        Corpus("1000", thousand, 20),
    )
    return {corpus.name: corpus for corpus in sets}


def _worked(name: str) -> Program:
    path = REPOSITORY / "examples" / "tutorial" / f"{name}.py"
    printed = path.with_suffix(".out").read_text("utf-8").splitlines()[1:]
    known = [line for line in printed if "coroutine" in line or "executing" in line]
    plain = [line for line in known if not re.search(r"Error|Warning|  ", line)]
    return Program(name, path.read_text("utf-8"), (*plain, *ENDS.get(name, [])))


def _program(number: int, sleep: float) -> Program:
    starts = [f"task {n} starts in program {number}" for n in range(3)]
    warns = [f"task {n} warns in program {number}" for n in range(3)]
    results = [f"results [0, 1, 2] of program {number}"]
    source = PROGRAM.format(number=number, sleep=sleep)
    return Program(f"program_{number:04}", source, (*starts, *warns, *results))


# -- Tools ---------------------------------------------------------------------------

SPHINX = ("sphinx>=9.0,<9.1", "furo", "myst-parser")
SPHINX_AND_OURS = (*SPHINX, "--editable", str(REPOSITORY))


@dataclass
class Tool:
    """A way to put programs and their output on pages."""

    name: str
    conf: str
    show: str
    """What shows one program on a page; ``{name}`` and ``{source}`` are filled in."""
    packages: tuple[str, ...] = SPHINX_AND_OURS
    """What its environment needs."""
    package: str = "sphinx"
    """The one of them whose version says what was measured."""
    module: str = "sphinx"
    suffix: str = ".md"
    awaits: bool = False
    """Whether it runs programs where an event loop is running already."""
    runs: bool = True
    gallery: bool = False
    jobs: tuple[str, ...] = ("1", "auto")
    prepare: Callable[[Path, Corpus], None] = field(default=lambda *_: None)

    @property
    def peer(self) -> bool:
        """Whether it is somebody else's."""
        return self.packages != SPHINX_AND_OURS

    @property
    def python(self) -> str:
        """The interpreter of its environment."""
        place = "Scripts/python.exe" if os.name == "nt" else "bin/python"
        return str(self._environment / place)

    @property
    def _environment(self) -> Path:
        """Where it is installed: all that is not a peer's in one."""
        return FOLDER / "environments" / (self.name if self.peer else OURS)

    def install(self) -> None:
        """Make its environment, unless it is there."""
        folder = self._environment
        stamp = folder / "packages.txt"
        wanted = "\n".join(self.packages)
        if stamp.is_file() and stamp.read_text() == wanted:
            return
        print(f"installing {folder.name}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [self.python, "-m", "pip", "install", "--quiet", *self.packages]
        subprocess.run(install, check=True)
        stamp.write_text(wanted)


COMMON = """\
project = "Benchmark"
html_theme = "furo"
exclude_patterns = ["_build", "examples"]
"""
MYST = f"{COMMON}extensions = ['myst_parser']\n"


def write_recordings(folder: Path, corpus: Corpus) -> None:
    """Our recordings: to make them is not what is timed."""
    for program in corpus.programs:
        path = folder / "examples" / f"{program.name}.out"
        own = REPOSITORY / "examples" / "tutorial"
        for recording in own.glob(f"{program.name}.*out"):
            shutil.copy(recording, path.parent)
        if not path.exists():
            path.write_text(
                "\n".join([f"$ python {program.name}.py", *program.lines, ""])
            )


def tools() -> dict[str, Tool]:
    """All of them, the floor first."""
    ours = "extensions = ['myst_parser', 'example_output']\n"
    shown = "```{{example}} {name}.py\n```\n"
    cell = "```{{code-cell}} ipython3\n{source}\n```\n"
    known = [
        Tool(
            FLOOR,
            MYST,
            "```{{literalinclude}} examples/{name}.py\n```\n",
            runs=False,
        ),
        Tool(
            OURS,
            COMMON + ours,
            shown,
            module="example_output",
            prepare=write_recordings,
        ),
        Tool(
            OURS_PLAIN,
            f"{COMMON}{ours}example_output_fast_start = False\n",
            shown,
            module="example_output",
            prepare=write_recordings,
        ),
        Tool(
            "sphinxcontrib-programoutput",
            f"{COMMON}extensions = ['myst_parser', 'sphinxcontrib.programoutput']\n",
            "```{{literalinclude}} examples/{name}.py\n```\n"
            "```{{program-output}} python examples/{name}.py\n:returncode: {status}\n"
            ":cwd: /\n```\n",
            packages=(*SPHINX, "sphinxcontrib-programoutput"),
            package="sphinxcontrib-programoutput",
        ),
        Tool(
            "sphinx-gallery",
            f"{COMMON}extensions = ['sphinx_gallery.gen_gallery']\n"
            "sphinx_gallery_conf = {'examples_dirs': 'examples', 'gallery_dirs': "
            "'gallery', 'filename_pattern': r'\\.py', 'capture_repr': (), "
            "'image_scrapers': (), 'reset_modules': (), "
            f"'only_warn_on_example_error': True, 'parallel': {CORES}}}\n",
            "",
            packages=(*SPHINX, "sphinx-gallery", "joblib"),
            package="sphinx-gallery",
            suffix=".rst",
            gallery=True,
        ),
        Tool(
            "MyST-NB",
            f"{COMMON}extensions = ['myst_nb']\nnb_execution_mode = 'cache'\n"
            "nb_execution_allow_errors = True\n",
            cell,
            packages=(*SPHINX, "myst-nb", "ipykernel"),
            package="myst-nb",
            awaits=True,
        ),
        Tool(
            "jupyter-sphinx",
            f"{COMMON}extensions = ['jupyter_sphinx']\n",
            ".. jupyter-execute::\n   :raises:\n\n{source}\n",
            packages=(*SPHINX, "jupyter-sphinx", "ipykernel"),
            package="jupyter-sphinx",
            suffix=".rst",
            awaits=True,
        ),
    ]
    return {tool.name: tool for tool in known}


# -- A project -----------------------------------------------------------------------


class Project:
    """One tool's copy of a corpus."""

    def __init__(self, tool: Tool, corpus: Corpus) -> None:
        self.tool, self.corpus = tool, corpus
        name = re.sub(r"\W+", "-", tool.name)
        self.folder = FOLDER / "projects" / corpus.name / name
        self.log = self.folder / "runs.log"
        self.last: subprocess.CompletedProcess[str] | None = None
        self.programs = corpus.programs
        """As they stand now."""
        self._changes = count(1)

    def make(self) -> None:
        """Write it from scratch."""
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "examples").mkdir(parents=True)
        (self.folder / "conf.py").write_text(self.tool.conf)
        for program in self.corpus.programs:
            self.write(program)
        if self.tool.gallery:
            (self.folder / "examples/README.txt").write_text("Examples\n========\n")
            text = "Benchmark\n=========\n\n.. toctree::\n\n   gallery/index\n"
            (self.folder / "index.rst").write_text(text)
        else:
            self._write_pages()
        self.tool.prepare(self.folder, self.corpus)

    def write(self, program: Program, extra: str = "") -> None:
        """Write one program, with a count of its runs where we cannot ask the tool."""
        path = self.folder / "examples" / f"{program.name}.py"
        path.write_text(self._source(program) + extra)

    def _source(self, program: Program) -> str:
        source = program.source
        if self.tool.awaits:
            source = source.replace("asyncio.run(main())", "await main()")
        if self.tool.peer:
            # At the start, since two of them end in an error; a docstring stays first.
            docstring, line, code = source.partition("\n")
            count = f'open({str(self.log)!r}, "a").write("x")'
            source = f"{docstring}{line}{count}\n{code}"
        return source

    def _write_pages(self) -> None:
        programs, size = self.corpus.programs, self.corpus.on_a_page
        pages = [programs[n : n + size] for n in range(0, len(programs), size)]
        for number, page in enumerate(pages):
            self._write_page(number, page)
        names = [f"page_{number:04}" for number in range(len(pages))]
        if self.tool.suffix == ".md":
            toctree = "\n".join(["```{toctree}", *names, "```"])
            text = f"# Benchmark\n\n{toctree}\n"
        else:
            toctree = "\n".join(f"   {name}" for name in names)
            text = f"Benchmark\n=========\n\n.. toctree::\n\n{toctree}\n"
        (self.folder / f"index{self.tool.suffix}").write_text(text)

    def _write_page(self, number: int, programs: Sequence[Program]) -> None:
        title = f"Page {number}"
        kernel = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n\n"
        head = f"# {title}\n\n"
        if self.tool.suffix == ".rst":
            head = f"{title}\n{'=' * len(title)}\n\n"
        elif self.tool.awaits:
            head = f"{kernel}{head}"
        path = self.folder / f"page_{number:04}{self.tool.suffix}"
        path.write_text(head + "\n".join(map(self._shown, programs)))

    def _shown(self, program: Program) -> str:
        source = self._source(program)
        if self.tool.suffix == ".rst":
            source = "\n".join(f"   {line}".rstrip() for line in source.splitlines())
        status = 1 if program.name in ENDS else 0
        return self.tool.show.format(name=program.name, source=source, status=status)

    def change(self) -> None:
        """Have one program print a line more; change its recording and its page, too.

        A page that does not have the line then is stale.
        """
        program = self.corpus.programs[0]
        line = f"change {next(self._changes)}"
        source = f'{program.source}print("{line}")\n'
        changed = Program(program.name, source, (*program.lines, line))
        self.programs = (changed, *self.corpus.programs[1:])
        self.write(changed)
        if self._recording.exists():
            kept, _, _ = self._recording.read_text().partition("change ")
            self._recording.write_text(f"{kept}{line}\n")
        if self.tool.awaits:
            self._write_page(0, self.programs[: self.corpus.on_a_page])

    @property
    def _recording(self) -> Path:
        return self.folder / "examples" / f"{self.corpus.programs[0].name}.out"

    def change_recording(self) -> None:
        """Change one recording, so that the gate has to say no."""
        self._recording.write_text(self._recording.read_text() + "more\n")

    def restore_recording(self) -> None:
        """Undo that."""
        text = self._recording.read_text()
        self._recording.write_text(text.removesuffix("more\n"))

    def forget(self) -> None:
        """Remove all that was built."""
        for name in (
            "_build",
            ".jupyter_cache",
            "gallery",
            "jupyter_execute",
            "sg_execution_times.rst",
        ):
            path = self.folder / name
            shutil.rmtree(path, ignore_errors=True)
            if path.is_file():
                path.unlink()

    def command(self, jobs: str) -> list[str]:
        """The build."""
        words = [self.tool.python, "-m", self.tool.module, "-j", jobs]
        return [*words, ".", "_build"]

    def build(self, jobs: str, watch: "Memory | None" = None) -> dict[str, float]:
        """Build once: seconds, CPU seconds, runs.

        :param watch: what is to look at its memory meanwhile.
        """
        self.log.unlink(missing_ok=True)
        before = _cpu()
        began = time.perf_counter()
        process = subprocess.Popen(
            self.command(jobs),
            cwd=self.folder,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with watch.watching(process.pid) if watch else nullcontext():
            output, errors = process.communicate()
        seconds = time.perf_counter() - began
        self.last = subprocess.CompletedProcess(
            process.args, process.returncode, output, errors
        )
        return {"wall": seconds, "cpu": _cpu() - before, "runs": self._runs()}

    def check(self) -> None:
        """Stop if the last build failed: its time would be that of a failure."""
        if self.last and self.last.returncode:
            sys.exit(f"{self.tool.name} failed:\n{self.last.stderr}")

    def check_refused(self) -> None:
        """Stop if the last build passed, or failed of something else than drift."""
        assert self.last
        if self.last.returncode != 1 or "1 drifted" not in _plain(self.last.stdout):
            sys.exit(f"{self.tool.name} did not refuse:\n{self.last.stderr}")

    def environment(self) -> dict[str, str]:
        """As a user has it: byte code is kept, and ``python`` is the tool's own."""
        folder = str(Path(self.tool.python).parent)
        path = os.pathsep.join([folder, os.environ.get("PATH", "")])
        # What somebody has set for Python would change what the tools do.
        own = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        return {**own, "PATH": path}

    def _runs(self) -> int:
        if not self.tool.peer:
            assert self.last
            found = re.search(r"examples: (\d+) run", _plain(self.last.stdout))
            return int(found[1]) if found else 0
        return len(self.log.read_text()) if self.log.is_file() else 0

    def right(self) -> float:
        """The share of programs whose lines are on a page, all, in their order."""
        texts = self._texts()
        found = sum(_has(texts, program.lines) for program in self.programs)
        return found / len(self.programs)

    def _texts(self) -> list[str]:
        return [
            _words(path)
            for path in sorted((self.folder / "_build").rglob("*.html"))
            if path.name not in {"genindex.html", "search.html"}
        ]

    def is_stale(self) -> bool:
        """Whether no page has the line that the last change was to bring."""
        line = self.programs[0].lines[-1]
        return not any(line in text.split("\n") for text in self._texts())


class Memory:
    """The peaks of a build's memory, in megabytes: of Sphinx, and of all processes.

    :param every: seconds between two looks.
    """

    def __init__(self, every: float) -> None:
        self.peaks = {"sphinx": 0.0, "tree": 0.0}
        self._every = every

    @contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        """Look at a process, and at those that it started."""
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=[pid, done])
        watcher.start()
        yield
        done.set()
        watcher.join()

    def _watch(self, pid: int, done: threading.Event) -> None:
        while not done.wait(self._every):
            with suppress(psutil.Error):
                process = psutil.Process(pid)
                below = process.children(recursive=True)
                tree = sum(_shared_once(one) for one in [process, *below])
                own = process.memory_info().rss / 1e6
                self.peaks["tree"] = max(self.peaks["tree"], tree)
                self.peaks["sphinx"] = max(self.peaks["sphinx"], own)


def _plain(text: str) -> str:
    """Without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _shared_once(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss) / 1e6
    except (psutil.Error, AttributeError):
        return 0.0


def _words(path: Path) -> str:
    """A page's blocks, as text."""
    blocks = re.findall(r"(?s)<pre[^>]*>(.*?)</pre>", path.read_text("utf-8"))
    return html.unescape(re.sub(r"<[^>]+>", "", "\n".join(blocks)))


def _has(texts: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether a text has all lines in order, the second one right after the first.

    What the text has before a line of ours does not matter, as ``sys:1: `` before a
    warning; what comes after does, or the source of the program would have them, too.
    """
    first, second, *others = lines
    for text in texts:
        shown = text.split("\n")
        for number, (one, two) in enumerate(pairwise(shown)):
            found = one.endswith(first) and two.endswith(second)
            if found and _in_order(shown[number + 2 :], others):
                return True
    return False


def _in_order(shown: Sequence[str], lines: Sequence[str]) -> bool:
    rest = iter(shown)
    return all(any(one.endswith(line) for one in rest) for line in lines)


# -- Measuring -----------------------------------------------------------------------

_ROUNDS = {"6": 5, "100": 4, "1000": 3}
# How often in a round: what takes a second varies by more than what it is held to.
_AGAIN = {"unchanged": 5}
_SLOW = 3  # seconds, from which on a build of a peer is made but once
_TRIES = 10
_ROUNDS_OF_PEERS = {"6": 2, "100": 1, "1000": 1}


def rounds_of(tool: Tool, corpus: Corpus, *, quick: bool) -> int:
    """How many rounds: more where they are short, and where the bars are."""
    if quick:
        return 1
    return (_ROUNDS_OF_PEERS if tool.peer else _ROUNDS)[corpus.name]


def jobs_of(tool: Tool, corpus: Corpus) -> tuple[str, ...]:
    """With how many processes; where it takes long, only with the best number."""
    return ("auto",) if tool.peer and corpus.name != "6" else tool.jobs


def cases_of(tool: Tool) -> tuple[str, ...]:
    """What is measured of a tool: only ours has recordings."""
    return CASES if tool.module == "example_output" else CASES[:-1]


class Lane:
    """One tool with one number of processes, and what was measured of it."""

    def __init__(self, project: Project, jobs: str, rounds: int) -> None:
        self.project, self.jobs, self.rounds = project, jobs, rounds
        self.figures: dict[str, list[Figures]] = {
            case: [] for case in cases_of(project.tool)
        }
        self.right: list[float] = []
        self.stale = False
        self.memory: Memory | None = None
        self.failures = 0
        """Cold builds that failed, and were tried again."""

    def build(self, case: str) -> None:
        """Make one build, of the project as the case before left it."""
        project = self.project
        if case == "cold":
            project.forget()
        elif case == "changed":
            project.change()
        elif case == "recording":
            project.change_recording()
        watch = None
        if project.tool.peer and not self.memory:
            # These take long: to build them once more for that would take longer.
            self.memory = watch = Memory(every=0.5)
        figures = project.build(self.jobs, watch)
        while self._failed_by_chance(case):
            project.forget()
            figures = project.build(self.jobs, watch)
        self.figures[case].append(figures)
        self._check(case)

    def is_slow(self, case: str) -> bool:
        """Whether to build once in a round is enough of a peer."""
        return self.project.tool.peer and self.figures[case][-1]["wall"] > _SLOW

    def _check(self, case: str) -> None:
        """See what the build has made; ends the benchmark if it did not do its work."""
        project = self.project
        if case == "recording":
            project.check_refused()
            project.restore_recording()
            return
        project.check()
        if project.tool.runs and case in ("cold", "changed"):
            self.right.append(project.right())
        if project.tool.runs and case == "changed":
            self.stale |= project.is_stale()

    def _failed_by_chance(self, case: str) -> bool:
        """Whether another tool has to try again.

        With several processes, MyST-NB makes the folder of its cache in each of them,
        and the build ends if another one was first.
        """
        last = self.project.last
        failed = bool(last and last.returncode and self.project.tool.peer)
        if failed and case == "cold" and self.failures < _TRIES:
            self.failures += 1
            return True
        return False

    @property
    def result(self) -> dict[str, Any]:
        """The medians, the rounds that they come from, and the share that was right."""
        medians = {case: _medians(found) for case, found in self.figures.items()}
        right = min(self.right) if self.right else 0
        return {
            **medians,
            "rounds": self.figures,
            "right": right,
            "stale": self.stale,
            "failures": self.failures,
        }


def _medians(found: list[Figures]) -> Figures:
    return {
        key: round(statistics.median(one[key] for one in found), 3) for key in found[0]
    }


def bare_runs(project: Project) -> Figures:
    """What the programs cost without Sphinx: CPU of one, and the longest."""
    programs = project.corpus.programs[:20]
    walls = []
    before = _cpu()
    for program in programs:
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, f"{program.name}.py"],
            cwd=project.folder / "examples",
            env=project.environment(),
            capture_output=True,
        )
        walls.append(time.perf_counter() - began)
    return {"cpu": (_cpu() - before) / len(programs), "longest": max(walls)}


def run(corpus: Corpus, known: Sequence[Tool], *, quick: bool) -> dict[str, Any]:
    """Everything about one corpus.

    The tools take turns in each case of each round, so that whatever else the machine
    does falls on all of them alike.
    """
    projects = [Project(tool, corpus) for tool in known]
    for project in projects:
        project.make()
    memory = _memory([p for p in projects if not p.tool.peer])
    lanes = [
        Lane(project, jobs, rounds_of(project.tool, corpus, quick=quick))
        for project in projects
        for jobs in jobs_of(project.tool, corpus)
    ]
    bare = []
    for number in range(max(lane.rounds for lane in lanes)):
        bare.append(bare_runs(projects[0]))
        for jobs in ("1", "auto"):
            turn = [x for x in lanes if x.jobs == jobs and number < x.rounds]
            _take_turns(turn, number)
    found: dict[str, dict[str, Any]] = {tool.name: {} for tool in known}
    for lane in lanes:
        name = lane.project.tool.name
        watched = memory.get(name) or lane.memory
        assert watched
        found[name].setdefault("memory", watched.peaks)
        found[name][f"-j {lane.jobs}"] = lane.result
        _tell(corpus, lane)
    return {"tools": found, "bare": {**_medians(bare), "rounds": bare}}


def _memory(projects: Sequence[Project]) -> dict[str, Memory]:
    """The memory of a cold build of each, which also warms caches."""
    found = {}
    for project in projects:
        project.forget()
        found[project.tool.name] = memory = Memory(every=0.05)
        project.build("1", memory)
        project.check()
    return found


def _take_turns(lanes: list[Lane], number: int) -> None:
    """One round; each second one the other way round."""
    turns = [(case, again) for case in CASES for again in range(_AGAIN.get(case, 1))]
    for case, again in turns:
        for lane in lanes if (number + again) % 2 else reversed(lanes):
            if case in lane.figures and not (again and lane.is_slow(case)):
                lane.build(case)


def _tell(corpus: Corpus, lane: Lane) -> None:
    result, tool = lane.result, lane.project.tool
    times = "  ".join(
        f"{case} {result[case]['wall']:6.2f} s {result[case]['runs']:4.0f} runs"
        for case in lane.figures
    )
    right = f"{result['right']:.0%} right" if tool.runs else ""
    right += ", stale" if result["stale"] else ""
    right += f", failed {result['failures']} times" if result["failures"] else ""
    words = f"{corpus.name:>4}  {tool.name:34} -j {lane.jobs:5} {times}  {right}"
    print(words, flush=True)


def main() -> int:
    """Measure, write, and say which bars are met."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="one round of each")
    parser.add_argument(
        "--own", action="store_true", help="no other tools; nothing is written"
    )
    parser.add_argument(
        "--only", choices=corpora(), help="one corpus; figures of others are kept"
    )
    given = parser.parse_args()
    known = [tool for tool in tools().values() if not (given.own and tool.peer)]
    for tool in known:
        tool.install()
    results: dict[str, Any] = {
        "python": platform.python_version(),
        "cores": CORES,
        "versions": {tool.name: _version(tool) for tool in known},
        "corpora": {},
    }
    for name, corpus in corpora().items():
        if given.only in (None, name):
            results["corpora"][name] = run(corpus, known, quick=given.quick)
    for bar in bars(results):
        print(f"{bar.verdict:6} {bar.corpus}, {bar.text}")
    if not given.own:
        _write(results)
    return 0


def _write(results: dict[str, Any]) -> None:
    """Keep the figures, with those of the corpora that were not measured this time."""
    known = json.loads(RESULTS.read_text())["corpora"] if RESULTS.is_file() else {}
    found = {**known, **results["corpora"]}
    results["corpora"] = {name: found[name] for name in corpora() if name in found}
    RESULTS.write_text(json.dumps(results, indent=1) + "\n")
    report.write(results)
    print(f"wrote {RESULTS.relative_to(REPOSITORY)}")


def _version(tool: Tool) -> str:
    code = f"from importlib.metadata import version; print(version({tool.package!r}))"
    done = subprocess.run([tool.python, "-c", code], capture_output=True, text=True)
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
